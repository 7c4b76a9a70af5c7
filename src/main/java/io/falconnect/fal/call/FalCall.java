// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.call;

import io.falconnect.fal.http.EventStreamReader;
import java.io.IOException;
import java.time.Duration;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;

/**
 * One posted input. It is posted once and ends once; another attempt is another call. {@link
 * CallReader} sends its signals. Safe for any thread.
 */
public final class FalCall {
  private volatile Call call;
  private volatile ConnectLimit connectLimit;
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

  /** Whether the call was ended because no connection was made in time. */
  boolean isUnconnected() {
    ConnectLimit limit = connectLimit;
    return limit != null && limit.isOver();
  }

  /**
   * Bounds the time until there is a connection, and notes when OkHttp begins to send the request.
   */
  EventListener newListener(Call started, Duration limit) {
    connectLimit = new ConnectLimit(started, limit);
    return new EventListener() {
      @Override
      public void callStart(Call call) {
        connectLimit.start();
      }

      @Override
      public void connectionAcquired(Call call, Connection connection) {
        connectLimit.stop();
      }

      @Override
      public void callFailed(Call call, IOException cause) {
        connectLimit.stop();
      }

      @Override
      public void requestHeadersStart(Call call) {
        sent = true;
      }
    };
  }
}
