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
import io.falconnect.source.state.Outcome;
import io.falconnect.source.state.PartitionLedger;
import io.falconnect.source.state.StatusEvent;
import io.falconnect.source.watch.ActiveWatch;
import io.falconnect.source.watch.LiveStreams;
import io.falconnect.source.watch.RecordEmitter;
import io.falconnect.source.watch.WatchMetrics;
import io.falconnect.source.watch.WatchSupervisor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.storage.StringConverter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A task that has room for one watch, and control records behind one that waits for room. */
class FullTaskTest {
  private static final TopicPartition PARTITION = new TopicPartition("control", 0);

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
  private final PartitionLedger ledger = LedgerTrial.ledger("control", 0);
  private final List<String> ended = new ArrayList<>();
  private final List<Long> positions = new ArrayList<>();
  private long now;
  private long end;
  private ControlIntake intake;

  private final class Emitter implements RecordEmitter {
    @Override
    public void emitStatus(ActiveWatch watch, StatusEvent event) {
      assertThat(event.outcome()).isEqualTo(Outcome.CANCELLED);
      ended.add(event.request().requestId());
      positions.add(ledger.next().getAsLong());
    }

    @Override
    public void emitResult(ActiveWatch watch, QueueRequest request, FalResult result) {
      throw new UnsupportedOperationException();
    }
  }

  @BeforeEach
  void start() {
    consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
    StatusSourceConfig config =
        Configs.config("fal.endpoint.id", "a/b", "status.max.open.streams", "1");
    WatchSupervisor watches =
        new WatchSupervisor(
            config.watch(),
            new LiveStreams(null, 1, Duration.ofMinutes(1), () -> now),
            null,
            new Emitter(),
            new WatchMetrics(() -> now),
            () -> now);
    Map<TopicPartition, PartitionLedger> ledgers = Map.of(PARTITION, ledger);
    intake =
        new ControlIntake(
            config.control(),
            new ControlTopic(
                consumer,
                Map.of(PARTITION, OptionalLong.empty()),
                MissingRecordsTest.settings(false)),
            new StringConverter(),
            ledgers,
            watches,
            new RecordFactory(config.records()),
            record -> {},
            new ControlMetrics(),
            () -> now);
  }

  private void ask(String requestId) {
    add(null, requestId.getBytes(UTF_8));
  }

  private void unwatch(String requestId) {
    add(requestId.getBytes(UTF_8), null);
  }

  private void add(byte[] key, byte[] value) {
    consumer.addRecord(new ConsumerRecord<>("control", 0, end++, key, value));
  }

  private void read() {
    now += Duration.ofSeconds(1).toNanos();
    intake.readRecords();
    assertThat(intake.fatalError()).isNull();
  }

  private List<String> open() {
    return ledger.open().keySet().stream().map(identity -> identity.requestId()).toList();
  }

  @Test
  void aNullRecordBehindAWaitingOneMakesRoom() {
    ask("a");
    ask("b");
    unwatch("a");
    read();
    assertThat(ended).containsExactly("a");
    assertThat(open()).containsExactly("b");
  }

  @Test
  void thePositionPassesNoWaitingRecord() {
    ask("a");
    ask("b");
    ask("c");
    unwatch("a");
    unwatch("b");
    read();
    assertThat(ended).containsExactly("a", "b");
    assertThat(positions).containsExactly(1L, 2L);
    assertThat(ledger.next()).hasValue(5);
  }

  @Test
  void aNullRecordThatArrivesLaterMakesRoomToo() {
    ask("a");
    ask("b");
    read();
    assertThat(open()).containsExactly("a");
    unwatch("a");
    read();
    assertThat(open()).containsExactly("b");
  }

  @Test
  void aNullRecordEndsAWatchThatIsOpenedAfterItWasFound() {
    ask("a");
    ask("b");
    ask("c");
    unwatch("b");
    read();
    assertThat(open()).containsExactly("a");
    unwatch("a");
    read();
    assertThat(ended).containsExactly("a", "b");
    assertThat(open()).containsExactly("c");
  }

  @Test
  void aNullRecordEndsNoWatchThatIsAskedForAfterIt() {
    ask("a");
    ask("b");
    unwatch("a");
    ask("a");
    unwatch("b");
    read();
    assertThat(ended).containsExactly("a", "b");
    assertThat(ledger.open().values())
        .singleElement()
        .satisfies(watch -> assertThat(watch.controlOffset()).isEqualTo(3));
  }

  @Test
  void aRequestThatIsWatchedNeedsNoRoom() {
    ask("a");
    ask("a");
    read();
    assertThat(ledger.next()).hasValue(2);
  }

  @Test
  void theSearchIsBounded() {
    ask("a");
    for (int i = 0; i < ControlTopic.MAX_UNHANDLED_RECORDS; i++) {
      ask("waiting-" + i);
    }
    read();
    unwatch("a");
    for (int round = 0; round < 5; round++) {
      read();
    }
    assertThat(open()).containsExactly("a");
  }
}
