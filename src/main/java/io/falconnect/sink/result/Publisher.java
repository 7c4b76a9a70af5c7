// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.connect.FailureLog;
import io.falconnect.sink.input.InputOutcome;
import io.falconnect.sink.input.SinkMetrics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes results and tells the task thread what became of each input once Kafka has them. Owned
 * by the delivery thread; what the producer says comes back to it as {@link Written}.
 */
public final class Publisher implements ResultOutput {
  private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(30);

  private final ResultWriter writer;
  private final boolean tolerant;
  private final Consumer<Written> acknowledgements;
  private final Consumer<InputOutcome> outcomes;
  private final SinkMetrics metrics;
  private final Queue<Unwritten> unwritten = new ArrayDeque<>();
  private final FailureLog log = new FailureLog(LOG, LOG_INTERVAL);
  private int writing;
  private boolean fatal;

  private record Unwritten(Pending pending, ResultRecord result) {}

  /**
   * What became of a record.
   *
   * @param unwritable why it can never be written, or null
   * @param broken why the task has to fail, or null
   */
  public record Written(
      Pending pending, ResultRecord result, String unwritable, ConnectException broken) {}

  /**
   * Publishes by that writer.
   *
   * @param tolerant whether a failed input is reported and passed over, not fatal
   * @param acknowledgements takes what became of records, on any thread, for {@link #written}
   * @param outcomes takes what became of inputs
   */
  public Publisher(
      ResultWriter writer,
      boolean tolerant,
      Consumer<Written> acknowledgements,
      Consumer<InputOutcome> outcomes,
      SinkMetrics metrics) {
    this.writer = writer;
    this.tolerant = tolerant;
    this.acknowledgements = acknowledgements;
    this.outcomes = outcomes;
    this.metrics = metrics;
  }

  @Override
  public void publish(Pending pending, int frame, boolean last, JsonNode output, long readAt) {
    if (pending.failed()) {
      return;
    }
    write(pending, new ResultRecord(frame, last, output, null, null, readAt));
    if (last) {
      done(pending);
    }
  }

  @Override
  public void done(Pending pending) {
    if (!pending.ended()) {
      pending.ends();
      settle(pending);
    }
  }

  @Override
  public void failed(Pending pending, int frames, String error, String reason) {
    if (pending.ended() || pending.revoked()) {
      return;
    }
    if (!tolerant) {
      fatal(new ConnectException(pending + " failed: " + error + ": " + reason));
      return;
    }
    failed(
        pending, new ResultRecord(frames, true, null, error, reason, System.currentTimeMillis()));
  }

  private void failed(Pending pending, ResultRecord error) {
    pending.ends(new InputOutcome.Failed(pending.input, error.error(), error.reason()));
    if (writer.tellsErrors()) {
      write(pending, error);
    } else {
      settle(pending);
    }
  }

  @Override
  public void fatal(ConnectException cause) {
    fatal = true;
    outcomes.accept(new InputOutcome.Fatal(cause));
  }

  /** Whether the task cannot go on: what began now would only be done again. */
  public boolean isFatal() {
    return fatal;
  }

  /** Whether nothing is on its way to Kafka. */
  public boolean idle() {
    return writing == 0;
  }

  /** Takes what became of a record. */
  public void written(Written written) {
    Pending pending = written.pending();
    writing--;
    if (written.broken() != null) {
      fatal(written.broken());
    } else if (written.unwritable() != null) {
      unwritable(pending, written.result(), written.unwritable());
    } else {
      metrics.acknowledged();
      pending.written();
      settle(pending);
    }
  }

  /**
   * Where the task fails, the record stays unacknowledged for ever, and so the input undone. An
   * error record is not worth that: the input still becomes a dead letter.
   */
  private void unwritable(Pending pending, ResultRecord result, String reason) {
    if (result.error() == null && !tolerant) {
      fatal(new ConnectException("A result of " + pending + " cannot be written: " + reason));
    } else if (!pending.revoked()) {
      pending.written();
      afterUnwritable(pending, result, reason);
    }
  }

  private void afterUnwritable(Pending pending, ResultRecord result, String reason) {
    if (result.error() == null) {
      long now = System.currentTimeMillis();
      failed(
          pending, new ResultRecord(result.frame(), true, null, "RESULT_UNWRITABLE", reason, now));
    } else {
      log.warn(
          System.nanoTime(), "The error record of " + pending + " cannot be written: " + reason);
      settle(pending);
    }
  }

  private void write(Pending pending, ResultRecord result) {
    if (unwanted(pending)) {
      return;
    }
    pending.writing();
    writing++;
    unwritten.add(new Unwritten(pending, result));
  }

  /** Writes the next of what is to be published; false where there is nothing. */
  public boolean writeNext() {
    Unwritten next = unwritten.poll();
    if (next == null) {
      return false;
    }
    if (unwanted(next.pending())) {
      // Its partition went while it was in the queue.
      writing--;
      next.pending().written();
    } else {
      writeNow(next.pending(), next.result());
    }
    return true;
  }

  private boolean unwanted(Pending pending) {
    return pending.revoked() && !writer.tellsRevoked();
  }

  private void writeNow(Pending pending, ResultRecord result) {
    writer.write(
        pending.input,
        result,
        new Acknowledgement() {
          @Override
          public void acknowledged() {
            tell(null, null);
          }

          @Override
          public void unwritable(String reason) {
            tell(reason, null);
          }

          @Override
          public void broken(ConnectException failure) {
            tell(null, failure);
          }

          private void tell(String unwritable, ConnectException broken) {
            acknowledgements.accept(new Written(pending, result, unwritable, broken));
          }
        });
  }

  private void settle(Pending pending) {
    InputOutcome outcome = pending.settled();
    if (outcome != null) {
      if (outcome instanceof InputOutcome.Done && !pending.revoked()) {
        metrics.done(pending.takenAt);
      }
      outcomes.accept(outcome);
    }
  }
}
