// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.falconnect.sink.input.Assignment;
import io.falconnect.sink.input.Input;
import io.falconnect.sink.input.Inputs;
import io.falconnect.sink.input.SinkMetrics;
import io.falconnect.sink.input.TransportLoad;
import io.falconnect.sink.result.PublishingRules;
import io.falconnect.sink.result.ResultOutput;
import io.falconnect.sink.result.ResultWriter;
import io.falconnect.sink.result.Writers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** The delivery thread while Kafka, or the registry of a converter, does not do its part. */
class HeldBackDeliveryTest {
  private static final PublishingRules RULES = new PublishingRules(true, false, false);

  private final List<String> events = new CopyOnWriteArrayList<>();
  private final Writers.FlakyConverter converter = new Writers.FlakyConverter();
  private final Assignment assignment = Inputs.assignment(0);

  @Test
  void revocationsAreHandledWhileARegistryIsAwayAndSignalsAreNot() {
    try (ResultWriter writer = open(Writers.producer(1));
        Delivery<String> delivery = start(writer)) {
      converter.failures.set(Integer.MAX_VALUE);
      delivery.addInputs(List.of(Inputs.inFlight(Inputs.input(assignment, 0, "a", 1))));
      await().until(() -> events.contains("started a"));
      delivery.tell("answer");
      await().until(() -> converter.failures.get() < Integer.MAX_VALUE);
      delivery.tell("later");
      delivery.addInputs(List.of(Inputs.inFlight(Inputs.input(assignment, 1, "b", 1))));
      delivery.onRevoked();
      await().until(() -> events.contains("revoked"));
      assertThat(events).containsExactly("started a", "answer", "revoked");
      // The result of an input that is revoked is dropped, so that nothing is held back any more.
      assignment.revoke();
      await().until(() -> events.contains("later"));
    }
  }

  @Test
  void aProducerThatBlocksDoesNotMakeAStopLate() throws InterruptedException {
    CountDownLatch blocked = new CountDownLatch(1);
    ResultWriter writer = open(new BlockingProducer(blocked));
    Delivery<String> delivery = start(writer);
    delivery.addInputs(List.of(Inputs.inFlight(Inputs.input(assignment, 0, "a", 1))));
    await().until(() -> events.contains("started a"));
    delivery.tell("answer");
    blocked.await();
    long begin = System.nanoTime();
    delivery.close();
    writer.close();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(1));
  }

  private ResultWriter open(Producer<byte[], byte[]> producer) {
    return Writers.open(
        producer,
        converter,
        System::nanoTime,
        "fal.retry.backoff.ms",
        "20",
        "fal.retry.backoff.max.ms",
        "20");
  }

  private Delivery<String> start(ResultWriter writer) {
    return new Delivery<>(
        "held-back-test",
        writer,
        RULES,
        SinkMetrics.ofCalls(System::nanoTime),
        System::nanoTime,
        (signals, results) -> new OneAfterTheOther(results));
  }

  /** A producer that blocks as Kafka's does when the topic is gone. */
  private static final class BlockingProducer extends MockProducer<byte[], byte[]> {
    private final CountDownLatch blocked;

    BlockingProducer(CountDownLatch blocked) {
      super(
          Writers.cluster(1),
          false,
          new RoundRobinPartitioner(),
          new ByteArraySerializer(),
          new ByteArraySerializer());
      this.blocked = blocked;
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
      blocked.countDown();
      try {
        new CountDownLatch(1).await();
        return null;
      } catch (InterruptedException e) {
        throw new InterruptException(e);
      }
    }
  }

  /** Starts each input at once; a signal answers the only one. */
  private final class OneAfterTheOther implements Transport<String> {
    private final ResultOutput results;
    private InFlightInput waiting;
    private InFlightInput open;

    OneAfterTheOther(ResultOutput results) {
      this.results = results;
    }

    @Override
    public void add(InFlightInput input) {
      waiting = input;
    }

    @Override
    public void onSignal(String signal) {
      events.add(signal);
      if (signal.equals("answer")) {
        open.publication().publish(results, Inputs.output("r"), true, 9);
      }
    }

    @Override
    public Duration proceed(boolean caughtUp) {
      if (waiting != null) {
        open = waiting;
        waiting = null;
        events.add("started " + open.requestId());
      }
      return Duration.ofMillis(10);
    }

    @Override
    public void excludeTime(long nanos) {}

    @Override
    public void onSettled(Input input) {}

    @Override
    public void onCommitted(Map<TopicPartition, Long> offsets) {}

    @Override
    public boolean wantsCommit() {
      return false;
    }

    @Override
    public void onRevoked() {
      waiting = null;
      events.add("revoked");
    }

    @Override
    public TransportLoad load() {
      return new TransportLoad(0, 0, 0);
    }

    @Override
    public void close() {}

    @Override
    public boolean isClosed() {
      return true;
    }
  }
}
