// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.call;

import io.falconnect.fal.http.EventStreamReader;
import okhttp3.Call;
import okhttp3.EventListener;

/**
 * One posted input. It is posted once and ends once; another attempt is another call. {@link
 * CallReader} sends its signals. Safe for any thread.
 */
public final class FalCall {
  private volatile Call call;
  private volatile boolean cancelled;
  private volatile boolean sent;

  FalCall() {}

  /** Ends the call. The caller has to ignore the signals that still come. */
  public void cancel() {
    cancelled = true;
    Call current = call;
    if (current != null) {
      current.cancel();
    }
  }

  /** Starts the HTTP call; returns at once. */
  void start(Call started, CallReader reader) {
    call = started;
    if (cancelled) {
      started.cancel();
    }
    EventStreamReader.read(started, reader);
  }

  /** Whether any part of the input may have left this machine. */
  boolean isSent() {
    return sent;
  }

  /** Notes when OkHttp begins to send the request. */
  EventListener sendListener() {
    return new EventListener() {
      @Override
      public void requestHeadersStart(Call call) {
        sent = true;
      }
    };
  }
}
