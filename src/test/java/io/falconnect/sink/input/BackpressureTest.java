// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class BackpressureTest {
  private static final TopicPartition P0 = new TopicPartition("inputs", 0);
  private static final TopicPartition P1 = new TopicPartition("inputs", 1);
  private final RecordingContext context = new RecordingContext();
  private final Backpressure backpressure = new Backpressure(context, 10, 100);

  @Test
  void fullItPausesAndHalfFullItResumes() {
    assign(List.of(P0, P1));
    apply(9, 99);
    assertThat(context.paused()).isEmpty();
    apply(10, 0);
    assertThat(context.paused()).containsExactlyInAnyOrder(P0, P1);
    apply(6, 0);
    assertThat(context.paused()).hasSize(2);
    apply(5, 51);
    assertThat(context.paused()).hasSize(2);
    apply(5, 50);
    assertThat(context.paused()).isEmpty();
    apply(0, 100);
    assertThat(context.paused()).hasSize(2);
  }

  @Test
  void aTaskThatTakesNoMoreIsPausedHoweverLittleItHolds() {
    assign(List.of(P0));
    backpressure.close();
    apply(0, 0);
    assertThat(context.paused()).containsExactly(P0);
    assign(List.of(P0, P1));
    apply(0, 0);
    assertThat(context.paused()).containsExactlyInAnyOrder(P0, P1);
    backpressure.reopen();
    apply(0, 0);
    assertThat(context.paused()).isEmpty();
  }

  @Test
  void aPartitionThatComesWhileItIsFullIsPausedToo() {
    assign(List.of(P0));
    apply(10, 0);
    assign(List.of(P0, P1));
    apply(10, 0);
    assertThat(context.paused()).containsExactlyInAnyOrder(P0, P1);
  }

  @Test
  void whatIsTakenAwayWhilePausedIsReadAgainWhenItComesBackAtOnce() {
    assign(List.of(P0, P1));
    apply(10, 0);
    assign(List.of(P0, P1));
    apply(0, 0);
    assertThat(context.paused()).isEmpty();
  }

  @Test
  void whatIsTakenAwayWhilePausedIsReadAgainWhenItComesBackLater() {
    assign(List.of(P0, P1));
    apply(10, 0);
    context.assign(List.of());
    apply(0, 0);
    assign(List.of(P0));
    apply(0, 0);
    assertThat(context.paused()).isEmpty();
    apply(10, 0);
    assertThat(context.paused()).containsExactly(P0);
  }

  private void assign(List<TopicPartition> partitions) {
    context.assign(partitions);
    backpressure.onAssigned(partitions);
  }

  private void apply(int records, long bytes) {
    backpressure.apply(records, bytes, context.assignment());
  }
}
