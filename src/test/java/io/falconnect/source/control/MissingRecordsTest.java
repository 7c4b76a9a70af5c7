// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.Test;

/** Positions that retention has passed, and others that do not exist. */
class MissingRecordsTest {
  private static final TopicPartition PARTITION = new TopicPartition("control", 0);

  private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");

  /** Nothing is known of the records from the position on. */
  static MissingRecords.Settings settings(boolean toleratesErrors) {
    return new MissingRecords.Settings(toleratesErrors, (partition, position) -> position);
  }

  private ControlTopic read(long position, long first, long end, boolean toleratesErrors) {
    return read(position, first, end, settings(toleratesErrors));
  }

  private ControlTopic read(long position, long first, long end, MissingRecords.Settings settings) {
    consumer.updateBeginningOffsets(Map.of(PARTITION, first));
    consumer.updateEndOffsets(Map.of(PARTITION, end));
    consumer.setPollException(new OffsetOutOfRangeException(Map.of(PARTITION, position)));
    ControlTopic topic =
        new ControlTopic(consumer, Map.of(PARTITION, OptionalLong.of(position)), settings);
    topic.fetchRecords();
    return topic;
  }

  @Test
  void recordsThatAreDeletedFailTheTaskAndItSaysWhatIsNotKnown() {
    assertThatThrownBy(() -> read(1, 6, 9, false))
        .isExactlyInstanceOf(ConnectException.class)
        .hasMessageContaining("control-0")
        .hasMessageContaining("offsets 1 to 5 were deleted")
        .hasMessageContaining("may have been read already")
        .hasMessageContaining("To go on at offset 6, set errors.tolerance=all")
        .hasMessageContaining("PATCH")
        .hasMessageContaining("control.heartbeat.topic");
  }

  @Test
  void withToleranceTheTaskGoesOnAtTheFirstRecordThatIsLeft() {
    ControlTopic topic = read(1, 6, 9, true);
    assertThat(topic.findPosition(PARTITION)).hasValue(6);
  }

  @Test
  void whereAllDeletedRecordsWereHandledTheTaskGoesOn() {
    ControlTopic topic = read(1, 6, 9, new MissingRecords.Settings(false, (any, from) -> 6));
    assertThat(topic.findPosition(PARTITION)).hasValue(6);
    assertThatThrownBy(() -> read(1, 6, 9, new MissingRecords.Settings(false, (any, from) -> 5)))
        .isExactlyInstanceOf(ConnectException.class)
        .hasMessageContaining("offsets 5 to 5 were deleted");
  }

  @Test
  void aPositionBehindTheEndFailsTheTaskWhateverTheTolerance() {
    for (boolean toleratesErrors : new boolean[] {true, false}) {
      assertThatThrownBy(() -> read(10, 0, 9, toleratesErrors))
          .isExactlyInstanceOf(ConnectException.class)
          .hasMessageContaining("ends at offset 9")
          .hasMessageContaining("created anew");
    }
  }

  @Test
  void aPositionThatExistsIsReadAgain() {
    assertThatThrownBy(() -> read(9, 9, 9, false)).isInstanceOf(RetriableException.class);
    assertThatThrownBy(() -> read(9, 0, 9, true)).isInstanceOf(RetriableException.class);
  }
}
