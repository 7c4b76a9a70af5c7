// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.sink.Warnings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class UnacknowledgedRecordsTest {
  private static final Duration ALMOST = UnacknowledgedRecords.PATIENCE.minusMillis(1);

  private long now = Long.MAX_VALUE - Duration.ofSeconds(10).toNanos();
  private final UnacknowledgedRecords records = new UnacknowledgedRecords(() -> now);

  private static SourceRecord record(String topic) {
    return new SourceRecord(Map.of(), Map.of(), topic, Schema.STRING_SCHEMA, "value");
  }

  private void lookAfter(Duration time) {
    now += time.toNanos();
    records.look();
  }

  @Test
  void recordsThatWaitForLongAreSaidWithTheirTopics() {
    try (Warnings log = Warnings.of(UnacknowledgedRecords.class)) {
      records.onReturned(List.of(record("results"), record("statuses"), record("results")));
      lookAfter(ALMOST);
      assertThat(log.lines()).isEmpty();
      lookAfter(Duration.ofMillis(1));
      assertThat(log.lines())
          .singleElement()
          .asString()
          .contains("no record for 20 s, and 3 records wait, for topics [results, statuses]");
      lookAfter(Duration.ofSeconds(5));
      assertThat(log.lines()).hasSize(1);
    }
  }

  @Test
  void anAcknowledgementStartsTheTimeAnew() {
    try (Warnings log = Warnings.of(UnacknowledgedRecords.class)) {
      lookAfter(ALMOST.multipliedBy(3));
      records.onReturned(List.of(record("a"), record("a")));
      lookAfter(ALMOST);
      records.onAcknowledged();
      lookAfter(ALMOST);
      records.onAcknowledged();
      lookAfter(ALMOST.multipliedBy(3));
      records.onReturned(List.of());
      lookAfter(ALMOST);
      assertThat(log.lines()).isEmpty();
    }
  }
}
