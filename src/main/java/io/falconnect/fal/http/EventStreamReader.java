// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.http;

import java.io.IOException;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Response;
import okhttp3.sse.EventSourceListener;
import okhttp3.sse.EventSources;

/** Reads answers as event streams, each on the thread that OkHttp gives its call. Stateless. */
public final class EventStreamReader {
  private EventStreamReader() {}

  /**
   * Starts a call; returns at once. The listener is always told an end, also after an error such as
   * {@link OutOfMemoryError}, because the caller waits for the end. OkHttp's own event source tells
   * exceptions only.
   */
  public static void read(Call call, EventSourceListener listener) {
    Callback callback =
        new Callback() {
          @Override
          public void onFailure(Call call, IOException cause) {
            listener.onFailure(null, cause, null);
          }

          @Override
          public void onResponse(Call call, Response response) {
            try {
              EventSources.processResponse(response, listener);
            } catch (RuntimeException | Error e) {
              listener.onFailure(null, e, null);
            }
          }
        };
    try {
      call.enqueue(callback);
    } catch (OutOfMemoryError e) {
      // There is no thread for the call.
      listener.onFailure(null, e, null);
    }
  }
}
