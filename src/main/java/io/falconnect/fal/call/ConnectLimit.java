// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.call;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okio.AsyncTimeout;

/**
 * Cancels a call that has no connection after a time. OkHttp bounds a TLS handshake and a proxy's
 * answer by the read timeout only, which may be long here, because a cold model answers late.
 * Started and stopped by OkHttp's listener, on any thread.
 */
final class ConnectLimit extends AsyncTimeout {
  private final Call call;
  private boolean isRunning;
  private volatile boolean isOver;

  /**
   * Not started yet.
   *
   * @param limit how long making a connection may take
   */
  ConnectLimit(Call call, Duration limit) {
    this.call = call;
    timeout(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  synchronized void start() {
    isRunning = true;
    enter();
  }

  /** There is a connection, or the call has failed. Further calls change nothing. */
  synchronized void stop() {
    if (isRunning) {
      isRunning = false;
      exit();
    }
  }

  /** Whether the time was over without a connection. */
  boolean isOver() {
    return isOver;
  }

  @Override
  protected void timedOut() {
    isOver = true;
    call.cancel();
  }
}
