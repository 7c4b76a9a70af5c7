// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Work on a thread of its own, for calls that nothing can interrupt, such as the look-up of a host.
 * A call that takes too long is left behind on its daemon thread.
 *
 * @param <T> the result of the work
 */
final class DaemonCall<T> {
  private final FutureTask<T> task;

  private DaemonCall(FutureTask<T> task) {
    this.task = task;
  }

  /** Starts the work. */
  static <T> DaemonCall<T> start(String threadName, Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = new Thread(task, threadName);
    thread.setDaemon(true);
    thread.start();
    return new DaemonCall<>(task);
  }

  /**
   * Waits for the result.
   *
   * @throws TimeoutException when it is not there in time
   * @throws ExecutionException with what the work has thrown, errors included
   */
  T await(Duration limit) throws TimeoutException, ExecutionException {
    try {
      return task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TimeoutException("interrupted");
    }
  }
}
