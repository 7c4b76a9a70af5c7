// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.input;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands inputs that failed for good to Connect: to the dead letter queue and to the log, as the
 * connector is configured. Owned by the task thread.
 */
public final class DeadLetters {
  private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

  private final ErrantRecordReporter reporter;
  private final SinkMetrics metrics;
  private final Deque<Reported> reported = new ArrayDeque<>();

  private record Reported(Input input, Future<Void> arrived) {}

  /**
   * Reports to that.
   *
   * @param reporter null where Connect has neither a dead letter queue nor a log for them
   */
  public DeadLetters(ErrantRecordReporter reporter, SinkMetrics metrics) {
    this.reporter = reporter;
    this.metrics = metrics;
  }

  /** Reports an input. */
  public void report(InputOutcome.Failed failed) {
    metrics.countFailedInput();
    ConnectException why =
        new ConnectException(
            failed.input() + " failed: " + failed.error() + ": " + failed.reason());
    if (reporter == null) {
      LOG.warn("{}. No dead letter queue is configured", why.getMessage());
      reported.add(new Reported(failed.input(), null));
    } else {
      reported.add(new Reported(failed.input(), reporter.report(failed.input().record(), why)));
    }
  }

  /**
   * Looks which reports have arrived.
   *
   * @param patience how long to wait for them
   * @param done takes their inputs
   * @throws ConnectException when one never will
   */
  public void settle(Duration patience, Consumer<Input> done) {
    long end = System.nanoTime() + patience.toNanos();
    while (!reported.isEmpty() && arrived(reported.peek(), end)) {
      Reported next = reported.remove();
      if (next.arrived() != null) {
        metrics.countDeadLetter();
      }
      done.accept(next.input());
    }
  }

  private static boolean arrived(Reported next, long end) {
    if (next.arrived() == null) {
      return true;
    }
    long left = end - System.nanoTime();
    if (!next.arrived().isDone() && left <= 0) {
      return false;
    }
    try {
      next.arrived().get(left, TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException | CancellationException e) {
      throw new ConnectException(
          "The dead letter queue did not take " + next.input() + ": " + e.getMessage(), e);
    }
  }
}
