// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TaskFailureTest {
  private static final TopicPartition PARTITION = new TopicPartition("inputs", 0);

  private final RecordingContext context = new RecordingContext();
  private final InputOffsets offsets = new InputOffsets();
  private final Backpressure backpressure = new Backpressure(context, 10, 100);
  private final TaskFailure failure = new TaskFailure(context, offsets, backpressure);

  @BeforeEach
  void assign() {
    context.assign(List.of(PARTITION));
    offsets.open(List.of(PARTITION));
  }

  @Test
  void withoutAFailureNothingIsThrown() {
    assertThatCode(failure::throwIfDue).doesNotThrowAnyException();
    assertThat(failure.isDraining()).isFalse();
  }

  @Test
  void theFirstOfTwoFailuresIsThrown() {
    ConnectException first = new ConnectException("first");
    failure.fail(first);
    failure.fail(new ConnectException("second"));
    assertThatThrownBy(failure::throwIfDue).isSameAs(first);
  }

  @Test
  void aFailureNamesTheOffsetsThatAreNotDone() {
    add(PARTITION, 7);
    failure.fail(new ConnectException("key refused"));
    assertThatThrownBy(failure::throwIfDue)
        .isInstanceOf(ConnectException.class)
        .hasMessage("key refused (not done are inputs-0 from offset 7 on)")
        .hasRootCauseMessage("key refused");
  }

  @Test
  void aFailureNamesOneHundredPartitionsAndTheNumberOfTheOthers() {
    IntStream.range(0, 103).forEach(number -> add(new TopicPartition("inputs", number), 1));
    failure.fail(new ConnectException("key refused"));
    assertThatThrownBy(failure::throwIfDue).hasMessageEndingWith(", and 3 more partitions)");
  }

  @Test
  void aBadRecordFailsTheTaskWhenTheInputsBeforeItAreDone() {
    Input before = add(PARTITION, 7);
    failure.failAfterDrain(input(PARTITION, 8), "it is not JSON");
    assertThat(failure.isDraining()).isTrue();
    assertThatCode(failure::throwIfDue).doesNotThrowAnyException();
    offsets.markDone(before);
    assertThatThrownBy(failure::throwIfDue)
        .isInstanceOf(ConnectException.class)
        .hasMessageContainingAll("INPUT_UNUSABLE: it is not JSON", "inputs-0 from offset 8 on");
  }

  @Test
  void behindABadRecordThePartitionsArePaused() {
    failure.failAfterDrain(input(PARTITION, 8), "it is not JSON");
    backpressure.apply(0, 0, List.of(PARTITION));
    assertThat(context.paused()).containsExactly(PARTITION);
  }

  @Test
  void afterARevocationTheTaskReadsTheBadRecordAgain() {
    failure.failAfterDrain(input(PARTITION, 8), "it is not JSON");
    backpressure.apply(0, 0, List.of(PARTITION));
    failure.onRevoked();
    // Records that come before Connect has gone back are not taken, and nothing fails.
    assertThat(failure.isDraining()).isTrue();
    assertThat(context.rewound()).isEmpty();
    assertThatCode(failure::throwIfDue).doesNotThrowAnyException();
    failure.rewindIfDue();
    assertThat(failure.isDraining()).isFalse();
    assertThat(context.rewound()).isEqualTo(Map.of(PARTITION, 8L));
    backpressure.apply(0, 0, List.of(PARTITION));
    assertThat(context.paused()).isEmpty();
    assertThatCode(failure::throwIfDue).doesNotThrowAnyException();
  }

  @Test
  void aRevocationWithoutABadRecordRewindsNothing() {
    failure.onRevoked();
    failure.rewindIfDue();
    assertThat(context.rewound()).isEmpty();
  }

  @Test
  void noPartitionIsRewoundThatIsGone() {
    TopicPartition other = new TopicPartition("inputs", 1);
    context.assign(List.of(PARTITION, other));
    offsets.open(List.of(other));
    failure.failAfterDrain(input(PARTITION, 8), "it is not JSON");
    offsets.stopAt(other, 3);
    offsets.close(List.of(PARTITION));
    failure.onRevoked();
    context.assign(List.of(other));
    failure.rewindIfDue();
    assertThat(context.rewound()).isEqualTo(Map.of(other, 3L));
  }

  private Input add(TopicPartition partition, long offset) {
    Input input = input(partition, offset);
    offsets.addInput(input, 0);
    return input;
  }

  private Input input(TopicPartition partition, long offset) {
    return Inputs.input(offsets.assignment(partition), offset, "r-" + offset, 1);
  }
}
