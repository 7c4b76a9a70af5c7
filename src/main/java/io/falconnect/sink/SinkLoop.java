// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.connect.RateLimitedLog;
import io.falconnect.sink.delivery.Delivery;
import io.falconnect.sink.delivery.InFlightInput;
import io.falconnect.sink.input.Assignment;
import io.falconnect.sink.input.Backpressure;
import io.falconnect.sink.input.DeadLetters;
import io.falconnect.sink.input.Input;
import io.falconnect.sink.input.InputOffsets;
import io.falconnect.sink.input.InputOutcome;
import io.falconnect.sink.input.InputReader;
import io.falconnect.sink.input.SinkMetrics;
import io.falconnect.sink.input.TaskFailure;
import io.falconnect.sink.input.UnusableInputException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The task thread of a sink: takes records, says which offsets may be committed, and fails the
 * task. The {@link Delivery} does the rest on its own thread. Connect calls all methods on the task
 * thread; only {@link #preCommit} and the closing may wait, for a limited time.
 */
final class SinkLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SinkLoop.class);
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(30);
  private static final long POLL_WHILE_WAITING_MS = 10;
  private static final long POLL_WHILE_BUSY_MS = 200;

  private final SinkTaskContext context;
  private final InputReader reader;

  /** What is kept of an input: no more than is needed for dead letters or to read it again. */
  private final UnaryOperator<Input> reduction;

  private final boolean tolerant;
  private final SinkResources resources;
  private final Delivery<?> delivery;
  private final SinkMetrics metrics;
  private final LongSupplier nanoClock;
  private final DeadLetters deadLetters;
  private final Backpressure backpressure;
  private final InputOffsets offsets = new InputOffsets();
  private final TaskFailure failure;
  private final CommitDecision commits;
  private final RateLimitedLog skippedLog;

  /**
   * A loop over what is open already.
   *
   * @param nanoClock {@code System::nanoTime} outside tests
   */
  SinkLoop(
      SinkConfig config,
      SinkTaskContext context,
      SinkKind<?> kind,
      SinkResources resources,
      LongSupplier nanoClock) {
    this.context = context;
    this.reader = kind.reader();
    this.reduction = chooseReduction(kind, context);
    this.tolerant = kind.publishing().tolerant();
    this.resources = resources;
    this.delivery = resources.delivery();
    this.metrics = kind.metrics();
    this.nanoClock = nanoClock;
    this.deadLetters = new DeadLetters(context.errantRecordReporter(), metrics, nanoClock);
    this.backpressure =
        new Backpressure(context, config.input().bufferRecords(), config.input().bufferBytes());
    this.failure = new TaskFailure(context, offsets, backpressure);
    this.commits = new CommitDecision(kind.avoidsRepeats(), context, delivery, nanoClock);
    this.skippedLog = new RateLimitedLog(LOG, LOG_INTERVAL, nanoClock);
  }

  private static UnaryOperator<Input> chooseReduction(SinkKind<?> kind, SinkTaskContext context) {
    if (kind.readsAgain()) {
      return UnaryOperator.identity();
    }
    boolean reportsDeadLetters = context.errantRecordReporter() != null;
    return reportsDeadLetters ? Input::withoutReadValue : Input::withoutValue;
  }

  /**
   * Opens what the sink needs, and starts its delivery thread.
   *
   * @throws ConnectException when the output topic cannot be written to
   */
  static <S> SinkLoop start(SinkConfig config, SinkTaskContext context, SinkKind<S> kind) {
    LongSupplier nanoClock = System::nanoTime;
    return new SinkLoop(
        config, context, kind, SinkResources.open(config, context, kind, nanoClock), nanoClock);
  }

  void open(Collection<TopicPartition> partitions) {
    offsets.open(partitions);
    backpressure.onAssigned(partitions);
  }

  void put(Collection<SinkRecord> records) {
    commits.onRecords();
    settleOutcomes(Duration.ZERO);
    failure.throwIfDue();
    resources.writer().checkProgress();
    takeRecords(records);
    failure.rewindIfDue();
    failure.throwIfDue();
    commits.requestIfDue();
    backpressure.apply(offsets.size(), offsets.bytes(), offsets.assigned());
    updateMetrics();
    if (backpressure.isFull() || commits.isUrgent()) {
      context.timeout(POLL_WHILE_WAITING_MS);
    } else if (offsets.size() > 0 || commits.isRequestPending()) {
      context.timeout(POLL_WHILE_BUSY_MS);
    }
  }

  private void takeRecords(Collection<SinkRecord> records) {
    long now = nanoClock.getAsLong();
    List<InFlightInput> inputs = new ArrayList<>(records.size());
    for (SinkRecord record : records) {
      if (record.value() == null) {
        metrics.countSkipped();
        skippedLog.warn("A record without a value was skipped: " + describeRecord(record));
      } else {
        takeRecord(record, inputs, now);
      }
    }
    delivery.addInputs(inputs);
  }

  private void takeRecord(SinkRecord record, List<InFlightInput> inputs, long now) {
    TopicPartition partition =
        new TopicPartition(record.originalTopic(), record.originalKafkaPartition());
    Assignment assignment = offsets.assignment(partition);
    if (failure.isDraining()) {
      offsets.stopAt(partition, record.originalKafkaOffset());
      return;
    }
    metrics.countInput();
    try {
      Input input = reduction.apply(reader.read(record, assignment));
      if (offsets.addInput(input, now)) {
        inputs.add(new InFlightInput(input, now));
      }
    } catch (UnusableInputException e) {
      onUnusable(reader.createUnusable(record, assignment), e.getMessage(), now);
    }
  }

  private void onUnusable(Input input, String reason, long now) {
    if (tolerant && offsets.addInput(input, now)) {
      delivery.addUnusable(new InFlightInput(input, now), reason);
    } else if (!tolerant) {
      failure.failAfterDrain(input, reason);
    }
  }

  /**
   * Says which offsets may be committed. Throws nothing, because Connect would read all that is not
   * committed again.
   */
  Map<TopicPartition, OffsetAndMetadata> preCommit(Map<TopicPartition, OffsetAndMetadata> given) {
    settleOutcomes(commits.beforeCommit());
    updateMetrics();
    Map<TopicPartition, OffsetAndMetadata> committable = offsets.findCommittable(given);
    commits.onCommit(committable);
    return committable;
  }

  void close(Collection<TopicPartition> partitions) {
    offsets.close(partitions);
    delivery.onRevoked();
    deadLetters.onRevoked();
    commits.onRevoked(partitions);
    failure.onRevoked();
    updateMetrics();
  }

  /**
   * Handles the outcomes so far. A failure of the task is kept for the next {@link #put}, and so is
   * the outcome that it came from: whatever Connect's reporter throws, the input is not done.
   *
   * @param patience how long to wait for dead letters that are on their way
   */
  private void settleOutcomes(Duration patience) {
    try {
      for (InputOutcome outcome = delivery.firstOutcome();
          outcome != null;
          outcome = delivery.firstOutcome()) {
        onOutcome(outcome);
        delivery.removeOutcome();
      }
      deadLetters.settle(patience, this::onDone);
    } catch (ConnectException e) {
      failure.fail(e);
    } catch (RuntimeException e) {
      failure.fail(new ConnectException("Connect could not report a failed input: " + e, e));
    }
  }

  private void onOutcome(InputOutcome outcome) {
    if (outcome instanceof InputOutcome.Done done) {
      onDone(done.input());
    } else if (outcome instanceof InputOutcome.Failed failed) {
      deadLetters.report(failed);
    } else if (outcome instanceof InputOutcome.Fatal fatal) {
      failure.fail(fatal.cause());
    }
  }

  private void onDone(Input input) {
    offsets.markDone(input);
    commits.onInputDone();
  }

  private void updateMetrics() {
    metrics.setBuffered(
        new SinkMetrics.Buffered(offsets.bytes(), backpressure.isFull(), offsets.oldestSince()));
  }

  private static String describeRecord(SinkRecord record) {
    return record.originalTopic()
        + "-"
        + record.originalKafkaPartition()
        + ", offset "
        + record.originalKafkaOffset();
  }

  /** Ends the delivery thread and closes everything. */
  @Override
  public void close() {
    resources.close();
  }
}
