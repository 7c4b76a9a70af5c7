// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.SharedCluster;
import io.falconnect.sink.delivery.Delivery;
import io.falconnect.sink.delivery.InFlightInput;
import io.falconnect.sink.delivery.Transport;
import io.falconnect.sink.input.Assignment;
import io.falconnect.sink.input.Input;
import io.falconnect.sink.input.InputOutcome;
import io.falconnect.sink.input.Inputs;
import io.falconnect.sink.input.SinkMetrics;
import io.falconnect.sink.input.TransportLoad;
import io.falconnect.sink.result.Publisher;
import io.falconnect.sink.result.PublishingRules;
import io.falconnect.sink.result.RecordForm;
import io.falconnect.sink.result.RequestForm;
import io.falconnect.sink.result.ResultForm;
import io.falconnect.sink.result.ResultOutput;
import io.falconnect.sink.result.ResultWriter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;
import okhttp3.HttpUrl;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The delivery thread between a transport that is driven by hand and a real producer. */
class DeliveryIT {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final PublishingRules RULES = new PublishingRules(false, true, false);

  private final String topic = KafkaCluster.uniqueName("delivered");
  private final List<String> begun = new CopyOnWriteArrayList<>();
  private final List<String> settled = new CopyOnWriteArrayList<>();
  private final Assignment assignment = Inputs.assignment(0);
  private final ResultWriter writer = writer();
  private final Delivery<String> delivery =
      new Delivery<>(
          "delivery-test",
          writer,
          RULES,
          SinkMetrics.ofCalls(System::nanoTime),
          System::nanoTime,
          (signals, results) -> new ByHand(results));

  private ResultWriter writer() {
    SharedCluster.get().topics().create(topic, 1);
    return writer(new ResultForm("o/a", false));
  }

  private ResultWriter writer(RecordForm form) {
    KafkaCluster cluster = SharedCluster.get();
    Map<String, String> props =
        SinkConfigs.props("result.topic", topic, "result.bootstrap.servers", cluster.bootstrap());
    SinkConfig config = new StreamSinkConfig(props);
    return ResultWriter.open(config.output(), form);
  }

  @AfterEach
  void close() {
    delivery.close();
    writer.close();
  }

  /** One input at a time; it is answered, or fatal, when a signal says so. */
  private final class ByHand implements Transport<String> {
    private final ResultOutput results;
    private final Queue<InFlightInput> waiting = new ArrayDeque<>();
    private InFlightInput current;

    ByHand(ResultOutput results) {
      this.results = results;
    }

    @Override
    public void add(InFlightInput input) {
      waiting.add(input);
    }

    @Override
    public void onSignal(String signal) {
      switch (signal) {
        case "fatal" -> results.failTask(new ConnectException("no more"));
        case "huge answer" -> answer(Inputs.output("x".repeat(2_000_000)));
        case "answer too late" -> {
          answer(Inputs.output("r1"));
          assignment.revoke();
        }
        default -> answer(Inputs.output("r1"));
      }
      current = null;
    }

    private void answer(JsonNode output) {
      current.publication().publish(results, output, true, System.currentTimeMillis());
    }

    @Override
    public TransportLoad load() {
      return new TransportLoad(0, current == null ? 0 : 1, waiting.size());
    }

    @Override
    public Duration proceed(boolean caughtUp) {
      if (current == null && !waiting.isEmpty()) {
        current = waiting.remove();
        if (current.isRevoked()) {
          current = null;
        } else {
          begun.add(current.requestId());
        }
      }
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
    public void close() {
      current = null;
    }

    @Override
    public boolean isClosed() {
      return current == null;
    }
  }

  private void take(String... ids) {
    for (String id : ids) {
      delivery.addInputs(List.of(Inputs.inFlight(Inputs.input(assignment, begun.size(), id, 1))));
    }
  }

  @Test
  void aDrainLetsEndWhatIsUnderWayAndBeginsNothingUntilItIsOver() {
    take("a");
    await().until(() -> begun.equals(List.of("a")));
    delivery.tell("answer");
    delivery.drain(LONG);
    // Acknowledged by Kafka, and told, before the drain returns.
    assertThat(nextOutcome(delivery)).isInstanceOf(InputOutcome.Done.class);
    assertThat(settled).containsExactly("a");
    take("b");
    delivery.drain(Duration.ofMillis(200));
    assertThat(begun).containsExactly("a");
    delivery.resume();
    await().until(() -> begun.equals(List.of("a", "b")));
  }

  private static InputOutcome nextOutcome(Delivery<?> delivery) {
    InputOutcome outcome = delivery.firstOutcome();
    if (outcome != null) {
      delivery.removeOutcome();
    }
    return outcome;
  }

  @Test
  void aDrainTakesNoLongerThanItMay() {
    take("a", "b");
    await().until(() -> begun.equals(List.of("a")));
    delivery.drain(Duration.ofMillis(100));
    assertThat(nextOutcome(delivery)).isNull();
    delivery.tell("answer");
    await().until(() -> nextOutcome(delivery) instanceof InputOutcome.Done);
    assertThat(begun).containsExactly("a");
  }

  @Test
  void whatIsRevokedDuringADrainNeverBegins() {
    take("a", "b");
    await().until(() -> begun.equals(List.of("a")));
    delivery.drain(Duration.ofMillis(1));
    assignment.revoke();
    delivery.onRevoked();
    delivery.resume();
    delivery.tell("answer");
    delivery.drain(LONG);
    assertThat(begun).containsExactly("a");
    // Its task is not the one that answers for it any more.
    assertThat(SharedCluster.get().topics().readAll(topic)).isEmpty();
  }

  @Test
  void anInputWhoseResultIsNotWrittenIsNotDone() {
    take("a");
    await().until(() -> begun.equals(List.of("a")));
    delivery.tell("huge answer");
    delivery.drain(LONG);
    assertThat(nextOutcome(delivery))
        .isInstanceOfSatisfying(
            InputOutcome.Fatal.class,
            fatal -> assertThat(fatal.cause()).hasMessageContaining("too large"));
    assertThat(nextOutcome(delivery)).isNull();
  }

  /** It was the task's own when it came, and is another's when its input to be written comes. */
  @Test
  void aResultThatWaitsWhenItsPartitionGoesIsNotWritten() {
    take("a");
    await().until(() -> begun.equals(List.of("a")));
    delivery.tell("answer too late");
    delivery.drain(LONG);
    assertThat(nextOutcome(delivery)).isNull();
    assertThat(SharedCluster.get().topics().readAll(topic)).isEmpty();
  }

  @Test
  void whereNotEvenTheErrorRecordCanBeWrittenTheInputStillFails() {
    try (Delivery<String> tolerant =
            new Delivery<>(
                "tolerant-test",
                writer,
                new PublishingRules(true, true, false),
                SinkMetrics.ofCalls(System::nanoTime),
                System::nanoTime,
                (signals, results) -> new ByHand(results));
        Warnings warnings = Warnings.of(Publisher.class)) {
      Input input = Inputs.input(assignment, 0, "a", 1);
      input.record().headers().addBytes("trace", new byte[2_000_000]);
      tolerant.addInputs(List.of(Inputs.inFlight(input)));
      await().until(() -> begun.equals(List.of("a")));
      tolerant.tell("answer");
      tolerant.drain(LONG);
      assertThat(nextOutcome(tolerant))
          .isInstanceOfSatisfying(
              InputOutcome.Failed.class,
              failed -> assertThat(failed.error()).isEqualTo("RESULT_UNWRITABLE"));
      assertThat(warnings.lines())
          .singleElement()
          .asString()
          .contains("The error record of", "cannot be written", "too large");
    }
  }

  /** A request that was submitted is there, and costs, whoever has the partition. */
  @Test
  void aRequestOfARevokedPartitionIsToldAllTheSame() {
    try (ResultWriter requests =
            writer(new RequestForm("o/a", List.of(HttpUrl.get("https://queue.fal.run")), false));
        Delivery<String> submitting =
            new Delivery<>(
                "requests-test",
                requests,
                new PublishingRules(false, false, true),
                SinkMetrics.ofCalls(System::nanoTime),
                System::nanoTime,
                (signals, results) -> new ByHand(results))) {
      submitting.addInputs(List.of(Inputs.inFlight(Inputs.input(assignment, 0, "a", 1))));
      await().until(() -> begun.equals(List.of("a")));
      assignment.revoke();
      submitting.onRevoked();
      submitting.tell("answer");
      assertThat(SharedCluster.get().topics().awaitRecords(topic, 1).get(0).key()).isEqualTo("r1");
    }
  }

  @Test
  void nothingBeginsAfterTheTaskHasFailed() {
    take("a", "b");
    await().until(() -> begun.equals(List.of("a")));
    delivery.tell("fatal");
    delivery.drain(LONG);
    delivery.resume();
    assertThat(nextOutcome(delivery)).isInstanceOf(InputOutcome.Fatal.class);
    delivery.drain(Duration.ofMillis(200));
    assertThat(begun).containsExactly("a");
  }
}
