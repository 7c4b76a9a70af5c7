// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.source.Configs;
import io.falconnect.source.StatusSourceConfig;
import io.falconnect.source.record.RecordFactory;
import io.falconnect.source.state.LedgerTrial;
import io.falconnect.source.state.PartitionLedger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class ControlHeartbeatTest {
  private static final Duration INTERVAL = Duration.ofMillis(500);

  private final PartitionLedger first = LedgerTrial.ledger("control", 0);
  private final PartitionLedger second = LedgerTrial.ledger("control", 1);
  private final List<SourceRecord> records = new ArrayList<>();
  private long now = Long.MAX_VALUE - Duration.ofMillis(700).toNanos();

  private ControlHeartbeat heartbeat(String... config) {
    StatusSourceConfig parsed = Configs.config(config);
    return new ControlHeartbeat(
        parsed.control(),
        List.of(first, second),
        new RecordFactory(parsed.records()),
        records::add,
        () -> now);
  }

  private void emitAfter(ControlHeartbeat heartbeat, Duration time) {
    now += time.toNanos();
    heartbeat.emitDue();
  }

  @Test
  void aPositionThatNoRecordHasIsEmittedOnceAnInterval() {
    ControlHeartbeat heartbeat =
        heartbeat("control.heartbeat.topic", "beats", "control.heartbeat.interval.ms", "500");
    first.readUpTo(6);
    emitAfter(heartbeat, INTERVAL.minusNanos(1));
    assertThat(records).isEmpty();
    emitAfter(heartbeat, Duration.ofNanos(1));

    SourceRecord record = records.get(0);
    assertThat(records).hasSize(1);
    assertThat(record.topic()).isEqualTo("beats");
    assertThat(record.key()).isEqualTo("control-0");
    assertThat(((Struct) record.value()).getString("control_topic")).isEqualTo("control");
    assertThat(((Struct) record.value()).getInt32("control_partition")).isZero();
    assertThat(((Struct) record.value()).getInt64("next_offset")).isEqualTo(6);
    assertThat(record.sourcePartition()).isEqualTo(Map.of("partition", 0, "shard", 0));
    assertThat(new HashMap<>(record.sourceOffset()))
        .isEqualTo(new HashMap<>(first.snapshotOfPosition()));
    assertThat(first.snapshotOfPosition().floor()).isEqualTo(6);

    emitAfter(heartbeat, INTERVAL);
    assertThat(records).hasSize(1);
    first.readUpTo(7);
    second.readUpTo(1);
    emitAfter(heartbeat, INTERVAL);
    assertThat(records)
        .extracting(SourceRecord::key)
        .containsExactly("control-0", "control-0", "control-1");
  }

  @Test
  void aPositionThatWasPublishedIsNot() {
    ControlHeartbeat heartbeat = heartbeat("control.heartbeat.topic", "beats");
    first.readUpTo(6);
    first.snapshotOfPosition();
    second.readUpTo(0);
    emitAfter(heartbeat, Duration.ofMinutes(1));
    assertThat(records).isEmpty();
    PartitionLedger restored = LedgerTrial.restarted(first);
    assertThat(restored.hasUnpublishedPosition()).isFalse();
  }

  @Test
  void withoutATopicThereIsNone() {
    first.readUpTo(6);
    emitAfter(heartbeat(), Duration.ofMinutes(5));
    assertThat(records).isEmpty();
  }
}
