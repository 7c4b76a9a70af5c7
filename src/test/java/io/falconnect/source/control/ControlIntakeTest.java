// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.fal.queue.FalResult;
import io.falconnect.fal.queue.QueueRequest;
import io.falconnect.source.Configs;
import io.falconnect.source.StatusSourceConfig;
import io.falconnect.source.record.RecordFactory;
import io.falconnect.source.state.LedgerTrial;
import io.falconnect.source.state.PartitionLedger;
import io.falconnect.source.state.StatusEvent;
import io.falconnect.source.watch.ActiveWatch;
import io.falconnect.source.watch.RecordEmitter;
import io.falconnect.source.watch.WatchMetrics;
import io.falconnect.source.watch.WatchSupervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.storage.Converter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rounds of reading with a converter whose schema registry is away, and a clock by hand. */
class ControlIntakeTest {
  private static final int PARTITIONS = 3;
  private static final Duration ROUND = Duration.ofMillis(20);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  /** How long the converter waits for its registry. */
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
  private final Map<TopicPartition, PartitionLedger> ledgers = new HashMap<>();
  private final List<String> attempts = new ArrayList<>();
  private final Set<String> unreadable = new HashSet<>();
  private long now = Long.MAX_VALUE - TIMEOUT.toNanos();
  private ControlIntake intake;

  /** Reads a text, or waits in vain for the registry. */
  private final class SlowConverter implements Converter {
    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {}

    @Override
    public byte[] fromConnectData(String topic, Schema schema, Object value) {
      throw new UnsupportedOperationException();
    }

    @Override
    public SchemaAndValue toConnectData(String topic, byte[] value) {
      String text = new String(value, UTF_8);
      attempts.add(text);
      if (unreadable.contains(text)) {
        now += TIMEOUT.toNanos();
        throw new TimeoutException("the registry does not answer");
      }
      return new SchemaAndValue(null, text);
    }
  }

  /** Nothing is emitted, because no watch has a stream here. */
  private static final class NoEmitter implements RecordEmitter {
    @Override
    public void emitStatus(ActiveWatch watch, StatusEvent event) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void emitResult(ActiveWatch watch, QueueRequest request, FalResult result) {
      throw new UnsupportedOperationException();
    }
  }

  @BeforeEach
  void start() {
    Map<TopicPartition, Long> beginnings = new HashMap<>();
    for (int i = 0; i < PARTITIONS; i++) {
      TopicPartition partition = new TopicPartition("control", i);
      ledgers.put(partition, LedgerTrial.ledger("control", i));
      beginnings.put(partition, 0L);
    }
    consumer.updateBeginningOffsets(beginnings);
    StatusSourceConfig config = Configs.config("fal.endpoint.id", "a/b");
    WatchSupervisor watches =
        new WatchSupervisor(
            config.watch(), null, null, new NoEmitter(), new WatchMetrics(() -> now), () -> now);
    intake =
        new ControlIntake(
            config.control(),
            new ControlTopic(
                consumer, ControlIntake.findPositions(ledgers), MissingRecordsTest.settings(false)),
            new SlowConverter(),
            ledgers,
            watches,
            new RecordFactory(config.records()),
            record -> {},
            new ControlMetrics(),
            () -> now);
  }

  private void send(int partition, long offset, String requestId) {
    consumer.addRecord(
        new ConsumerRecord<>("control", partition, offset, null, requestId.getBytes(UTF_8)));
  }

  private void readAfter(Duration pause) {
    now += pause.toNanos();
    intake.readRecords();
  }

  @Test
  void aRoundEndsWithTheFirstRecordThatCannotBeRead() {
    for (int i = 0; i < PARTITIONS; i++) {
      send(i, 0, "unreadable-" + i);
      unreadable.add("unreadable-" + i);
    }
    for (int round = 1; round <= PARTITIONS; round++) {
      readAfter(ROUND);
      assertThat(attempts).hasSize(round).doesNotHaveDuplicates();
    }
  }

  @Test
  void thePauseAfterAFailedAttemptStartsWhenTheAttemptIsOver() {
    aRoundEndsWithTheFirstRecordThatCannotBeRead();
    readAfter(ROUND);
    readAfter(PAUSE.minus(ROUND).minusNanos(1));
    assertThat(attempts).hasSize(PARTITIONS);
    readAfter(Duration.ofNanos(1).plus(ROUND));
    readAfter(ROUND);
    assertThat(attempts).hasSize(PARTITIONS + 1);
  }

  @Test
  void partitionsThatCannotBeReadAreTriedInTurn() {
    aRoundEndsWithTheFirstRecordThatCannotBeRead();
    for (int i = 0; i < PARTITIONS; i++) {
      readAfter(PAUSE);
    }
    assertThat(attempts.subList(PARTITIONS, 2 * PARTITIONS))
        .isEqualTo(attempts.subList(0, PARTITIONS));
  }

  @Test
  void aRecordThatCannotBeReadHoldsUpItsOwnPartitionOnly() {
    send(1, 0, "unreadable");
    unreadable.add("unreadable");
    for (int offset = 0; offset < 10; offset++) {
      send(0, offset, "r-" + offset);
      send(2, offset, "s-" + offset);
      readAfter(ROUND);
      readAfter(ROUND);
    }
    assertThat(ledgers.get(new TopicPartition("control", 0)).open()).hasSize(10);
    assertThat(ledgers.get(new TopicPartition("control", 2)).open()).hasSize(10);
    assertThat(attempts).containsOnlyOnce("unreadable");
  }

  @Test
  void allIsReadOnceTheRegistryIsBack() {
    aRoundEndsWithTheFirstRecordThatCannotBeRead();
    unreadable.clear();
    readAfter(PAUSE);
    readAfter(ROUND);
    readAfter(ROUND);
    ledgers.forEach((partition, ledger) -> assertThat(ledger.open()).hasSize(1));
    assertThat(intake.fatalError()).isNull();
  }
}
