// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.falconnect.sink.delivery.Delivery;
import io.falconnect.sink.delivery.InFlightInput;
import io.falconnect.sink.delivery.Transport;
import io.falconnect.sink.input.Input;
import io.falconnect.sink.input.InputReader;
import io.falconnect.sink.input.Inputs;
import io.falconnect.sink.input.RecordingContext;
import io.falconnect.sink.input.SinkMetrics;
import io.falconnect.sink.input.TransportLoad;
import io.falconnect.sink.result.PublishingRules;
import io.falconnect.sink.result.ResultForm;
import io.falconnect.sink.result.ResultOutput;
import io.falconnect.sink.result.ResultWriter;
import io.falconnect.sink.result.Writers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.ErrantRecordReporter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The task thread, over a transport and a producer that the test drives. */
class SinkLoopTest {
  private static final TopicPartition PARTITION = new TopicPartition("in", 0);
  private static final PublishingRules RULES = new PublishingRules(true, false, false);

  private final Context context = new Context();
  private final List<InFlightInput> started = new CopyOnWriteArrayList<>();
  private final List<String> settled = new CopyOnWriteArrayList<>();
  private final MockProducer<byte[], byte[]> producer = Writers.producer(1);
  private final Writers.FlakyConverter converter = new Writers.FlakyConverter();
  private final ResultWriter writer =
      Writers.open(
          producer,
          converter,
          System::nanoTime,
          "fal.retry.backoff.ms",
          "20",
          "fal.retry.backoff.max.ms",
          "20");
  private final SinkMetrics metrics = SinkMetrics.ofCalls(System::nanoTime);
  private final Delivery<String> delivery =
      new Delivery<>(
          "sink-loop-test",
          writer,
          RULES,
          metrics,
          System::nanoTime,
          (signals, results) -> new ByHand(results));
  private SinkLoop loop = createLoop();

  private SinkLoop createLoop() {
    return new SinkLoop(
        SinkConfigs.config(),
        context,
        new SinkKind<String>(
            new InputReader(InputReader::encodeUtf8, false),
            false,
            new ResultForm("o/a", true),
            RULES,
            false,
            1,
            metrics,
            (http, signals, results) -> new ByHand(results)),
        new SinkResources(null, writer, delivery, null),
        System::nanoTime);
  }

  @BeforeEach
  void open() {
    context.assign(List.of(PARTITION));
    loop.open(List.of(PARTITION));
  }

  @AfterEach
  void close() {
    delivery.close();
    writer.close();
  }

  @Test
  void whateverTheReporterThrowsIsThrownByPutAndNothingByPreCommit() {
    context.reporter =
        (record, why) -> {
          throw new KafkaException("the producer is closed");
        };
    put(0);
    awaitStarted(1);
    delivery.tell("fail");
    awaitSettled(1);
    for (int i = 0; i < 2; i++) {
      assertThat(preCommit(1)).isZero();
    }
    assertThatThrownBy(() -> loop.put(List.of()))
        .isInstanceOf(ConnectException.class)
        .hasMessageContainingAll(
            "Connect could not report a failed input", "the producer is closed");
  }

  @Test
  void anInputOfARevokedPartitionIsNotReported() {
    List<SinkRecord> reported = new CopyOnWriteArrayList<>();
    context.reporter =
        (record, why) -> {
          reported.add(record);
          return new CompletableFuture<>();
        };
    put(0);
    awaitStarted(1);
    delivery.tell("fail");
    awaitSettled(1);
    loop.close(List.of(PARTITION));
    loop.put(List.of());
    assertThat(reported).isEmpty();
  }

  @Test
  void anInputThatIsDeliveredAgainIsNotStartedAgain() {
    put(0, 1);
    put(0, 1, 2);
    awaitStarted(3);
    assertThat(started).extracting(input -> input.input().offset()).containsExactly(0L, 1L, 2L);
  }

  @Test
  void withoutAReporterTheValuesOfRecordsAreNotKept() {
    put(0);
    awaitStarted(1);
    context.reports = false;
    loop = createLoop();
    loop.open(List.of(PARTITION));
    put(0);
    awaitStarted(2);
    assertThat(started.get(0).input().record().value()).isNotNull();
    Input light = started.get(1).input();
    assertThat(light.record().value()).isNull();
    assertThat(light.payload()).isEqualTo(started.get(0).payload());
    assertThat(light.record().originalKafkaOffset()).isZero();
  }

  @Test
  void whileARegistryIsAwayNothingStartsAndNothingIsSentTwice() {
    converter.failures.set(3);
    put(0);
    awaitStarted(1);
    delivery.tell("answer");
    put(1);
    await().until(() -> converter.failures.get() == 0);
    await().until(() -> producer.history().size() == 1);
    awaitStarted(2);
    assertThat(preCommit(2)).isZero();
    producer.completeNext();
    awaitSettled(1);
    assertThat(preCommit(2)).isOne();
  }

  private void put(long... offsets) {
    loop.put(
        Arrays.stream(offsets)
            .mapToObj(
                offset ->
                    new SinkRecord("in", 0, null, null, null, "{\"n\":" + offset + "}", offset))
            .toList());
  }

  private long preCommit(long given) {
    return loop.preCommit(Map.of(PARTITION, new OffsetAndMetadata(given))).get(PARTITION).offset();
  }

  private void awaitStarted(int inputs) {
    await().until(() -> started.size() == inputs);
  }

  private void awaitSettled(int inputs) {
    await().until(() -> settled.size() == inputs);
  }

  /** Starts each input at once. The oldest one is answered, or fails, when a signal says so. */
  private final class ByHand implements Transport<String> {
    private final ResultOutput results;
    private final Deque<InFlightInput> added = new ArrayDeque<>();
    private final Deque<InFlightInput> open = new ArrayDeque<>();

    ByHand(ResultOutput results) {
      this.results = results;
    }

    @Override
    public void add(InFlightInput input) {
      added.add(input);
    }

    @Override
    public void onSignal(String signal) {
      InFlightInput oldest = open.remove();
      if (signal.equals("fail")) {
        results.fail(oldest.publication(), "E", "bad");
      } else {
        oldest.publication().publish(results, Inputs.output("r"), true, 9);
      }
    }

    @Override
    public Duration proceed(boolean caughtUp) {
      open.addAll(added);
      started.addAll(added);
      added.clear();
      return Duration.ofMillis(10);
    }

    @Override
    public void excludeTime(long nanos) {}

    @Override
    public void onSettled(Input input) {
      settled.add(input.requestId());
    }

    @Override
    public void onCommitted(Map<TopicPartition, Long> offsets) {}

    @Override
    public boolean wantsCommit() {
      return false;
    }

    @Override
    public void onRevoked() {}

    @Override
    public TransportLoad load() {
      return new TransportLoad(0, open.size(), added.size());
    }

    @Override
    public void close() {}

    @Override
    public boolean isClosed() {
      return true;
    }
  }

  private static final class Context extends RecordingContext {
    private ErrantRecordReporter reporter;
    private boolean reports = true;

    @Override
    public ErrantRecordReporter errantRecordReporter() {
      return reports ? (record, why) -> reporter.report(record, why) : null;
    }
  }
}
