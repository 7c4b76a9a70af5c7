// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.falconnect.sink.Warnings;
import io.falconnect.sink.input.Inputs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

/** A writer over a producer that acknowledges when the test says so. */
class ResultWriterTest {
  private static final int PARTITIONS = 600;

  private long now = Long.MAX_VALUE - 5;
  private final MockProducer<byte[], byte[]> producer = Writers.producer(PARTITIONS);
  private final Writers.FlakyConverter converter = new Writers.FlakyConverter();
  private final List<Acknowledgement> acknowledged = new ArrayList<>();

  private ResultWriter open(String... more) {
    ResultWriter writer = Writers.open(producer, converter, () -> now, more);
    await().until(writer::mayWrite);
    return writer;
  }

  @Test
  void noRecordIsWrittenThatTheProducerWouldBlockFor() {
    ResultWriter writer = open();
    int written = 0;
    while (writer.mayWrite()) {
      assertThat(write(writer)).isTrue();
      written++;
    }
    // Each partition takes a batch of 64 KiB, and half of 32 MiB is for waiting records.
    assertThat(written).isBetween(200, 256);
    assertThat(producer.completeNext()).isTrue();
    assertThat(writer.mayWrite()).isTrue();
    assertThat(acknowledged).hasSize(1);
  }

  @Test
  void aRegistryThatIsAwayIsWaitedFor() {
    ResultWriter writer = open("fal.retry.backoff.ms", "1000", "fal.retry.backoff.max.ms", "1000");
    converter.failures.set(2);
    // The attempt itself takes a minute.
    converter.onAttempt = () -> now += Duration.ofMinutes(1).toNanos();
    try (Warnings warnings = Warnings.of(ResultWriter.class)) {
      for (int i = 0; i < 2; i++) {
        assertThat(write(writer)).isFalse();
        assertThat(writer.mayWrite()).isFalse();
        now += Duration.ofSeconds(1).toNanos();
        assertThat(writer.mayWrite()).isTrue();
      }
      assertThat(warnings.lines())
          .first()
          .asString()
          .contains("Converting again later: the result of input", "the registry is away");
    }
    assertThat(write(writer)).isTrue();
    assertThat(acknowledged).isEmpty();
    assertThat(producer.history()).hasSize(1);
  }

  @Test
  void aRegistryThatStaysAwayFailsTheTaskAfterTheRetryTimeout() {
    ResultWriter writer = open("fal.retry.timeout.ms", "60000");
    converter.failures.set(100);
    assertThat(write(writer)).isFalse();
    now += Duration.ofSeconds(59).toNanos();
    assertThat(write(writer)).isFalse();
    now += Duration.ofSeconds(1).toNanos();
    assertThat(write(writer)).isTrue();
    assertThat(acknowledged).singleElement().extracting(Acknowledgement::failure).isNotNull();
  }

  @Test
  void whileKafkaAcknowledgesNothingTheTaskSaysSo() {
    ResultWriter writer = open();
    try (Warnings warnings = Warnings.of(ResultWriter.class)) {
      write(writer);
      now += Duration.ofSeconds(29).toNanos();
      writer.checkProgress();
      assertThat(warnings.lines()).isEmpty();
      now += Duration.ofSeconds(1).toNanos();
      writer.checkProgress();
      writer.checkProgress();
      assertThat(warnings.lines())
          .singleElement()
          .asString()
          .contains("Kafka has acknowledged no record for topic 'out' for 30 s. 1 records wait");
      producer.completeNext();
      now += Duration.ofSeconds(60).toNanos();
      writer.checkProgress();
      assertThat(warnings.lines()).hasSize(1);
    }
  }

  @Test
  void whatKafkaRefusesForGoodFailsAtOnce() {
    ResultWriter writer = open();
    write(writer);
    producer.errorNext(new TopicAuthorizationException("out"));
    assertThat(acknowledged).singleElement().extracting(Acknowledgement::failure).isNotNull();
    assertThat(writer.unacknowledgedBytes()).isZero();
  }

  private boolean write(ResultWriter writer) {
    Publication publication = Inputs.inFlight("r1").publication();
    ResultRecord result = new ResultRecord(0, true, Inputs.output("r1"), null, null, 9);
    return writer.write(publication, result, acknowledged::add);
  }
}
