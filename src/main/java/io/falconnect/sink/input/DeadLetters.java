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
import java.util.function.LongSupplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports inputs that failed for good to Connect, which writes them to the dead letter queue and to
 * its log as the connector is configured. Only the task thread uses it.
 */
public final class DeadLetters {
  private static final Logger LOG = LoggerFactory.getLogger(DeadLetters.class);

  private final ErrantRecordReporter reporter;
  private final SinkMetrics metrics;
  private final LongSupplier nanoClock;
  private final Deque<Reported> reported = new ArrayDeque<>();

  /**
   * A failed input in the order of the reports.
   *
   * @param arrival completed when Connect has written the report; null if there is no reporter
   */
  private record Reported(Input input, Future<Void> arrival) {}

  /**
   * No input was reported yet.
   *
   * @param reporter Connect's; null if the connector has neither a dead letter queue nor a log of
   *     failed records
   * @param metrics counts the failed inputs and the reports
   * @param nanoClock {@code System::nanoTime} outside tests
   */
  public DeadLetters(ErrantRecordReporter reporter, SinkMetrics metrics, LongSupplier nanoClock) {
    this.reporter = reporter;
    this.metrics = metrics;
    this.nanoClock = nanoClock;
  }

  /**
   * Reports a failed input to Connect, and does not wait until the report is written. An input of a
   * partition that was taken away is not reported: the task that has the partition now does.
   */
  public void report(InputOutcome.Failed failed) {
    if (failed.input().assignment().isRevoked()) {
      return;
    }
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
   * Hands over the inputs whose reports are written, in the order of the reports. An input waits
   * for all that were reported before it.
   *
   * @param limit how long to wait for reports that are not written yet, for all together
   * @param onReported takes the inputs, on this thread
   * @throws ConnectException when a report cannot be written
   */
  public void settle(Duration limit, Consumer<Input> onReported) {
    long end = nanoClock.getAsLong() + limit.toNanos();
    while (!reported.isEmpty() && awaitArrival(reported.peek(), end)) {
      Reported next = reported.remove();
      if (next.arrival() != null) {
        metrics.countDeadLetter();
      }
      onReported.accept(next.input());
    }
  }

  /** Forgets the inputs of partitions that were taken away: other tasks report them. */
  public void onRevoked() {
    reported.removeIf(report -> report.input().assignment().isRevoked());
  }

  /** Waits until a report is written; returns false if it is not written in time. */
  private boolean awaitArrival(Reported next, long end) {
    if (next.arrival() == null) {
      return true;
    }
    long left = end - nanoClock.getAsLong();
    if (!next.arrival().isDone() && left <= 0) {
      return false;
    }
    try {
      next.arrival().get(left, TimeUnit.NANOSECONDS);
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
