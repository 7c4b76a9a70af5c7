// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.connect.RateLimitedLog;
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
  private final PublishingRules rules;
  private final Consumer<Written> acknowledgements;
  private final Consumer<InputOutcome> outcomes;
  private final SinkMetrics metrics;
  private final Queue<Unwritten> unwritten = new ArrayDeque<>();
  private final RateLimitedLog log = new RateLimitedLog(LOG, LOG_INTERVAL);
  private int writing;
  private boolean taskFailed;

  private record Unwritten(Publication publication, ResultRecord result) {}

  /**
   * What became of a record.
   *
   * @param unwritable why it can never be written, or null
   * @param broken why the task has to fail, or null
   */
  public record Written(
      Publication publication, ResultRecord result, String unwritable, ConnectException broken) {}

  /**
   * Publishes by that writer.
   *
   * @param rules which records are published besides the outputs
   * @param acknowledgements takes what became of records, on any thread, for {@link #written}
   * @param outcomes takes what became of inputs
   */
  public Publisher(
      ResultWriter writer,
      PublishingRules rules,
      Consumer<Written> acknowledgements,
      Consumer<InputOutcome> outcomes,
      SinkMetrics metrics) {
    this.writer = writer;
    this.rules = rules;
    this.acknowledgements = acknowledgements;
    this.outcomes = outcomes;
    this.metrics = metrics;
  }

  @Override
  public void publish(
      Publication publication, int frame, boolean last, JsonNode output, long readAt) {
    if (publication.isFailed()) {
      return;
    }
    write(publication, new ResultRecord(frame, last, output, null, null, readAt));
    if (last) {
      finish(publication);
    }
  }

  @Override
  public void finish(Publication publication) {
    if (!publication.isEnded()) {
      publication.end();
      settle(publication);
    }
  }

  @Override
  public void fail(Publication publication, String error, String reason) {
    if (publication.isEnded() || publication.isRevoked()) {
      return;
    }
    if (!rules.tolerant()) {
      failTask(new ConnectException(publication + " failed: " + error + ": " + reason));
      return;
    }
    fail(
        publication,
        new ResultRecord(
            publication.frames(), true, null, error, reason, System.currentTimeMillis()));
  }

  private void fail(Publication publication, ResultRecord error) {
    publication.end(new InputOutcome.Failed(publication.input(), error.error(), error.reason()));
    if (rules.publishesErrors()) {
      write(publication, error);
    } else {
      settle(publication);
    }
  }

  @Override
  public void failTask(ConnectException cause) {
    taskFailed = true;
    outcomes.accept(new InputOutcome.Fatal(cause));
  }

  /** Whether the task cannot go on: what began now would only be done again. */
  public boolean isTaskFailed() {
    return taskFailed;
  }

  /** Whether nothing is on its way to Kafka. */
  public boolean idle() {
    return writing == 0;
  }

  /** Takes what became of a record. */
  public void written(Written written) {
    Publication publication = written.publication();
    writing--;
    if (written.broken() != null) {
      failTask(written.broken());
    } else if (written.unwritable() != null) {
      unwritable(publication, written.result(), written.unwritable());
    } else {
      metrics.acknowledged();
      publication.onAcknowledged();
      settle(publication);
    }
  }

  /**
   * Where the task fails, the record stays unacknowledged for ever, and so the input undone. An
   * error record is not worth that: the input still becomes a dead letter.
   */
  private void unwritable(Publication publication, ResultRecord result, String reason) {
    if (result.error() == null && !rules.tolerant()) {
      failTask(
          new ConnectException("A result of " + publication + " cannot be written: " + reason));
    } else if (!publication.isRevoked()) {
      publication.onAcknowledged();
      afterUnwritable(publication, result, reason);
    }
  }

  private void afterUnwritable(Publication publication, ResultRecord result, String reason) {
    if (result.error() == null) {
      long now = System.currentTimeMillis();
      fail(
          publication,
          new ResultRecord(result.frame(), true, null, "RESULT_UNWRITABLE", reason, now));
    } else {
      log.warn(
          System.nanoTime(),
          "The error record of " + publication + " cannot be written: " + reason);
      settle(publication);
    }
  }

  private void write(Publication publication, ResultRecord result) {
    if (unwanted(publication)) {
      return;
    }
    publication.onWrite();
    writing++;
    unwritten.add(new Unwritten(publication, result));
  }

  /** Writes the next of what is to be published; false where there is nothing. */
  public boolean writeNext() {
    Unwritten next = unwritten.poll();
    if (next == null) {
      return false;
    }
    if (unwanted(next.publication())) {
      // Its partition went while it was in the queue.
      writing--;
      next.publication().onAcknowledged();
    } else {
      writeNow(next.publication(), next.result());
    }
    return true;
  }

  private boolean unwanted(Publication publication) {
    return publication.isRevoked() && !rules.publishesRevoked();
  }

  private void writeNow(Publication publication, ResultRecord result) {
    writer.write(
        publication.input(),
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
            acknowledgements.accept(new Written(publication, result, unwritable, broken));
          }
        });
  }

  private void settle(Publication publication) {
    InputOutcome outcome = publication.takeOutcome();
    if (outcome != null) {
      if (outcome instanceof InputOutcome.Done && !publication.isRevoked()) {
        metrics.done(publication.takenAt());
      }
      outcomes.accept(outcome);
    }
  }
}
