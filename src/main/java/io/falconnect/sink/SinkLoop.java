// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.connect.RateLimitedLog;
import io.falconnect.connect.TaskConfig;
import io.falconnect.connect.TaskMetrics;
import io.falconnect.fal.http.FalHttp;
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
import io.falconnect.sink.input.UnusableInputException;
import io.falconnect.sink.result.ResultWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A sink task at work, as Connect sees it: takes records, answers for offsets, fails. The rest is
 * the {@link Delivery}'s. On the task thread; never waits.
 */
final class SinkLoop implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SinkLoop.class);
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(30);
  private static final Duration DRAIN = Duration.ofSeconds(2);
  private static final Duration DEAD_LETTERS = Duration.ofSeconds(1);
  private static final Duration COMMIT_INTERVAL = Duration.ofMillis(500);
  private static final long WHILE_PAUSED_MS = 10;
  private static final long WHILE_BUSY_MS = 200;
  private static final int MAX_TOLD = 100;

  private final SinkTaskContext context;
  private final InputReader reader;
  private final boolean costly;
  private final boolean tolerant;
  private final ResultWriter writer;
  private final FalHttp http;
  private final Delivery<?> delivery;
  private final DeadLetters deadLetters;
  private final Backpressure backpressure;
  private final SinkMetrics metrics;
  private final TaskMetrics registered;
  private final InputOffsets offsets = new InputOffsets();
  private final RateLimitedLog skippedLog = new RateLimitedLog(LOG, LOG_INTERVAL);
  private ConnectException fatal;

  /** Why the task fails as soon as what it has begun is done. */
  private ConnectException impending;

  private boolean uncommitted;
  private boolean commitRequested;
  private boolean drained;
  private long commitRequestedAt = System.nanoTime();

  private SinkLoop(
      SinkTaskContext context,
      SinkConfig config,
      SinkKind<?> kind,
      ResultWriter writer,
      FalHttp http,
      Delivery<?> delivery,
      TaskMetrics registered) {
    this.context = context;
    this.reader = kind.reader();
    this.costly = kind.avoidsRepeats();
    this.tolerant = config.input().task().toleratesErrors();
    this.writer = writer;
    this.http = http;
    this.delivery = delivery;
    this.metrics = kind.metrics();
    this.registered = registered;
    this.deadLetters = new DeadLetters(context.errantRecordReporter(), metrics);
    this.backpressure =
        new Backpressure(context, config.input().bufferRecords(), config.input().bufferBytes());
  }

  /**
   * Connects to Kafka and starts the delivery thread; fal is connected to when there is something
   * to send.
   *
   * @throws ConnectException when the result topic cannot be written to
   */
  static <S> SinkLoop start(SinkConfig config, SinkTaskContext context, SinkKind<S> kind) {
    TaskConfig task = config.input().task();
    String name = task.threadName();
    FalHttp http = new FalHttp(config.fal().settings(), name, kind.maxConnections());
    ResultWriter writer;
    try {
      writer = ResultWriter.open(config.output(), kind.form());
    } catch (RuntimeException e) {
      http.close();
      throw e;
    }
    Delivery<S> delivery;
    try {
      delivery =
          new Delivery<>(
              name + "-delivery",
              writer,
              kind.publishing(),
              kind.metrics(),
              (signals, results) -> kind.transports().create(http, signals, results));
    } catch (RuntimeException | Error e) {
      // Such as no more threads.
      writer.close();
      http.close();
      throw e;
    }
    LOG.info("Sending to {} over {}", config.input().endpoint(), http.description());
    TaskMetrics registered = TaskMetrics.open(context, task.connectorName(), task.number());
    kind.metrics().register(registered, writer::unacknowledgedBytes);
    delivery.register(registered);
    return new SinkLoop(context, config, kind, writer, http, delivery, registered);
  }

  void open(Collection<TopicPartition> partitions) {
    offsets.open(partitions);
    backpressure.opened(partitions);
  }

  void put(Collection<SinkRecord> records) {
    goOn();
    // A commit that was asked for comes before the next records, else it is not known from another.
    commitRequested = false;
    settle(Duration.ZERO);
    failIfFatal();
    long now = System.nanoTime();
    List<InFlightInput> taken = new ArrayList<>(records.size());
    for (SinkRecord record : records) {
      if (record.value() == null) {
        metrics.skipped();
        skippedLog.warn(now, "A record without a value was skipped: " + at(record));
      } else {
        take(record, taken, now);
      }
    }
    delivery.take(taken);
    failIfFatal();
    requestCommit();
    backpressure.apply(offsets.size(), offsets.bytes(), offsets.assigned());
    measure();
    if (backpressure.full()) {
      context.timeout(WHILE_PAUSED_MS);
    } else if (offsets.size() > 0 || costly && uncommitted) {
      context.timeout(WHILE_BUSY_MS);
    }
  }

  private void failIfFatal() {
    if (fatal == null && impending != null && offsets.size() == 0) {
      fatal = impending;
    }
    if (fatal != null) {
      Map<TopicPartition, Long> undone = offsets.undone();
      throw undone.isEmpty()
          ? fatal
          : new ConnectException(
              fatal.getMessage() + " (not done are " + told(undone) + ")", fatal);
    }
  }

  private static String told(Map<TopicPartition, Long> undone) {
    String first =
        undone.entrySet().stream()
            .map(begin -> begin.getKey() + " from offset " + begin.getValue() + " on")
            .sorted()
            .limit(MAX_TOLD)
            .collect(Collectors.joining(", "));
    int more = undone.size() - MAX_TOLD;
    return more <= 0 ? first : first + ", and " + more + " more partitions";
  }

  private void requestCommit() {
    long now = System.nanoTime();
    if (costly && uncommitted && now - commitRequestedAt >= COMMIT_INTERVAL.toNanos()) {
      uncommitted = false;
      commitRequested = true;
      commitRequestedAt = now;
      context.requestCommit();
    }
  }

  private void take(SinkRecord record, List<InFlightInput> taken, long now) {
    TopicPartition partition =
        new TopicPartition(record.originalTopic(), record.originalKafkaPartition());
    Assignment assignment = offsets.assignment(partition);
    if (impending != null) {
      offsets.endsAt(partition, record.originalKafkaOffset());
      return;
    }
    metrics.input();
    try {
      Input input = reader.read(record, assignment);
      offsets.taken(input, now);
      taken.add(new InFlightInput(input, now));
    } catch (UnusableInputException e) {
      unusable(reader.unusable(record, assignment), e.getMessage(), now);
    }
  }

  /**
   * Where the task fails for it, the inputs before it are worked on first: whoever then passes over
   * it is not to pass over them.
   */
  private void unusable(Input input, String reason, long now) {
    if (tolerant) {
      offsets.taken(input, now);
      delivery.unusable(new InFlightInput(input, now), reason);
      return;
    }
    impending = new ConnectException(input + " failed: INPUT_UNUSABLE: " + reason);
    offsets.endsAt(input.assignment().partition(), input.offset());
    backpressure.close();
    LOG.warn("The task fails when the inputs before this one are done: {}", impending.getMessage());
  }

  /** What may be committed. Throws nothing: Connect would rewind. */
  Map<TopicPartition, OffsetAndMetadata> preCommit(Map<TopicPartition, OffsetAndMetadata> given) {
    boolean last = costly && !commitRequested;
    if (last) {
      // It may be the last one before partitions go: what is under way, or began before they are
      // gone, would be done twice.
      delivery.drain(DRAIN);
      drained = true;
    }
    commitRequested = false;
    settle(last ? DEAD_LETTERS : Duration.ZERO);
    measure();
    return offsets.committable(given);
  }

  void close(Collection<TopicPartition> partitions) {
    offsets.close(partitions);
    delivery.revoked();
    goOn();
    takeAgain();
    measure();
  }

  /**
   * What the task is about to fail for may be another's now, and what came before it may be to be
   * done once more: whoever reads the record again finds out again.
   */
  private void takeAgain() {
    if (impending != null) {
      impending = null;
      context.offset(offsets.ends());
      backpressure.reopen();
    }
  }

  private void goOn() {
    if (drained) {
      drained = false;
      delivery.goOn();
    }
  }

  /**
   * Takes what became of inputs; what is fatal is kept for the next {@link #put}.
   *
   * @param patience how long to wait for dead letters that are on their way
   */
  private void settle(Duration patience) {
    try {
      for (InputOutcome outcome = delivery.nextOutcome();
          outcome != null;
          outcome = delivery.nextOutcome()) {
        if (outcome instanceof InputOutcome.Done done) {
          done(done.input());
        } else if (outcome instanceof InputOutcome.Failed failed) {
          deadLetters.report(failed);
        } else if (outcome instanceof InputOutcome.Fatal cause && fatal == null) {
          fatal = cause.cause();
        }
      }
      deadLetters.settle(patience, this::done);
    } catch (ConnectException e) {
      fatal = fatal == null ? e : fatal;
    }
  }

  private void done(Input input) {
    offsets.done(input);
    uncommitted = true;
  }

  private void measure() {
    metrics.measured(
        new SinkMetrics.Held(offsets.bytes(), backpressure.full(), offsets.oldestSince()));
  }

  private static String at(SinkRecord record) {
    return record.originalTopic()
        + "-"
        + record.originalKafkaPartition()
        + ", offset "
        + record.originalKafkaOffset();
  }

  /** Ends everything; waits for less than a second. */
  @Override
  public void close() {
    long begin = System.nanoTime();
    registered.close();
    delivery.close();
    http.close();
    writer.close();
    long millis = Duration.ofNanos(System.nanoTime() - begin).toMillis();
    LOG.info("Stopped in {} ms", millis);
  }
}
