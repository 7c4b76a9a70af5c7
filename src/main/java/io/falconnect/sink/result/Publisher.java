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
import java.util.function.LongSupplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the outputs of inputs, and reports the outcome of an input to the task thread when
 * Kafka has acknowledged all its records. Only the delivery thread uses it; acknowledgements come
 * back to it by {@link #onAcknowledgement}.
 */
public final class Publisher implements ResultOutput {
  private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(30);

  private final ResultWriter writer;
  private final PublishingRules rules;
  private final Consumer<Acknowledgement> acknowledgements;
  private final Consumer<InputOutcome> outcomes;
  private final SinkMetrics metrics;
  private final Queue<Unsent> unsent = new ArrayDeque<>();
  private final RateLimitedLog log;
  private int unacknowledged;
  private boolean taskFailed;

  /** A record that was not given to the producer yet. */
  private record Unsent(Publication publication, ResultRecord result) {}

  /**
   * A publisher without inputs.
   *
   * @param rules which records are published besides the outputs
   * @param acknowledgements takes the acknowledgements on any thread; the delivery thread has to
   *     give each of them to {@link #onAcknowledgement}
   * @param outcomes takes the outcomes of inputs, on the delivery thread
   * @param nanoClock {@code System::nanoTime} outside tests
   */
  public Publisher(
      ResultWriter writer,
      PublishingRules rules,
      Consumer<Acknowledgement> acknowledgements,
      Consumer<InputOutcome> outcomes,
      SinkMetrics metrics,
      LongSupplier nanoClock) {
    this.writer = writer;
    this.rules = rules;
    this.acknowledgements = acknowledgements;
    this.outcomes = outcomes;
    this.metrics = metrics;
    this.log = new RateLimitedLog(LOG, LOG_INTERVAL, nanoClock);
  }

  @Override
  public void publish(
      Publication publication, int frame, boolean last, JsonNode output, long readAt) {
    if (publication.isFailed()) {
      return;
    }
    enqueue(publication, new ResultRecord(frame, last, output, null, null, readAt));
    if (last) {
      finish(publication);
    }
  }

  @Override
  public void finish(Publication publication) {
    if (!publication.isEnded()) {
      publication.markEnded();
      reportOutcome(publication);
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
    publication.markFailed(
        new InputOutcome.Failed(publication.input(), error.error(), error.reason()));
    if (rules.publishesErrors()) {
      enqueue(publication, error);
    } else {
      reportOutcome(publication);
    }
  }

  @Override
  public void failTask(ConnectException cause) {
    taskFailed = true;
    outcomes.accept(new InputOutcome.Fatal(cause));
  }

  /** Whether the task is to fail: inputs that started now would only be sent again. */
  public boolean isTaskFailed() {
    return taskFailed;
  }

  /** Whether every record so far was acknowledged or dropped. */
  public boolean isIdle() {
    return unacknowledged == 0;
  }

  /** Handles an acknowledgement, on the delivery thread. */
  public void onAcknowledgement(Acknowledgement acknowledgement) {
    Publication publication = acknowledgement.publication();
    unacknowledged--;
    if (acknowledgement.failure() != null) {
      failTask(acknowledgement.failure());
    } else if (acknowledgement.unwritable() != null) {
      onUnwritable(publication, acknowledgement.result(), acknowledgement.unwritable());
    } else {
      metrics.countResult();
      publication.onAcknowledged();
      reportOutcome(publication);
    }
  }

  /**
   * A record cannot be written. If the task fails for it, the record never counts as acknowledged,
   * so that the offset of the input is not committed. An error record that cannot be written fails
   * no task: the input still goes to the dead letter queue.
   */
  private void onUnwritable(Publication publication, ResultRecord result, String reason) {
    if (result.error() == null && !rules.tolerant()) {
      failTask(
          new ConnectException("A result of " + publication + " cannot be written: " + reason));
    } else {
      publication.onAcknowledged();
      failUnwritable(publication, result, reason);
    }
  }

  private void failUnwritable(Publication publication, ResultRecord result, String reason) {
    if (publication.isRevoked()) {
      reportOutcome(publication);
    } else if (result.error() == null) {
      long now = System.currentTimeMillis();
      fail(
          publication,
          new ResultRecord(result.frame(), true, null, "RESULT_UNWRITABLE", reason, now));
    } else {
      log.warn("The error record of " + publication + " cannot be written: " + reason);
      reportOutcome(publication);
    }
  }

  private void enqueue(Publication publication, ResultRecord result) {
    if (isDropped(publication)) {
      return;
    }
    publication.onWrite();
    unacknowledged++;
    unsent.add(new Unsent(publication, result));
  }

  /** Gives the next record to the producer; returns false if there is none, or it has to wait. */
  public boolean writeNext() {
    Unsent next = unsent.peek();
    if (next == null) {
      return false;
    }
    if (isDropped(next.publication())) {
      // The partition was taken away while the record waited.
      unacknowledged--;
      next.publication().onAcknowledged();
    } else if (!writer.mayWrite()
        || !writer.write(next.publication(), next.result(), acknowledgements)) {
      return false;
    }
    unsent.remove();
    return true;
  }

  /**
   * Whether records wait for Kafka, or for a converter, or would have to: no further output is to
   * be read then, and no input to be started.
   */
  public boolean isHeldBack() {
    return !unsent.isEmpty() || !writer.mayWrite();
  }

  private boolean isDropped(Publication publication) {
    return publication.isRevoked() && !rules.publishesRevoked();
  }

  private void reportOutcome(Publication publication) {
    InputOutcome outcome = publication.takeOutcome();
    if (outcome != null) {
      if (outcome instanceof InputOutcome.Done && !publication.isRevoked()) {
        metrics.recordLatency(publication.takenAt());
      }
      outcomes.accept(outcome);
    }
  }
}
