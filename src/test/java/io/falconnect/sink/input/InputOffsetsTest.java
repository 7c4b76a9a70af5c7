// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class InputOffsetsTest {
  private static final TopicPartition PARTITION = new TopicPartition("inputs", 0);
  private final InputOffsets offsets = new InputOffsets();

  @Test
  void nothingTakenCommitsWhatConnectGives() {
    offsets.open(List.of(PARTITION));
    assertThat(findCommittable(17)).isEqualTo(17);
  }

  @Test
  void theOldestThatIsNotDoneHoldsTheCommit() {
    Assignment assignment = offsets.assignment(PARTITION);
    List<Input> inputs = new ArrayList<>();
    for (long offset = 5; offset < 8; offset++) {
      inputs.add(Inputs.input(assignment, offset, "id", 10));
      offsets.addInput(inputs.get(inputs.size() - 1), 0);
    }
    offsets.markDone(inputs.get(1));
    assertThat(findCommittable(8)).isEqualTo(5);
    offsets.markDone(inputs.get(0));
    assertThat(findCommittable(8)).isEqualTo(7);
    offsets.markDone(inputs.get(2));
    assertThat(findCommittable(8)).isEqualTo(8);
    assertThat(offsets.size()).isZero();
    assertThat(offsets.bytes()).isZero();
  }

  @Test
  void whatIsLateForARevokedAssignmentChangesNothing() {
    Assignment first = offsets.assignment(PARTITION);
    Input late = Inputs.input(first, 5, "id", 10);
    offsets.addInput(late, 0);
    offsets.close(List.of(PARTITION));
    assertThat(first.isRevoked()).isTrue();
    assertThat(offsets.size()).isZero();
    assertThat(offsets.bytes()).isZero();

    offsets.open(List.of(PARTITION));
    Input again = Inputs.input(offsets.assignment(PARTITION), 5, "id", 10);
    offsets.addInput(again, 0);
    offsets.markDone(late);
    assertThat(findCommittable(6)).isEqualTo(5);
    assertThat(offsets.assignment(PARTITION).isRevoked()).isFalse();
    offsets.markDone(again);
    assertThat(findCommittable(6)).isEqualTo(6);
  }

  @Test
  void whatIsNotTakenAnyMoreIsNotCommitted() {
    Input first = Inputs.input(offsets.assignment(PARTITION), 5, "id", 10);
    offsets.addInput(first, 0);
    offsets.stopAt(PARTITION, 6);
    offsets.stopAt(PARTITION, 7);
    assertThat(findCommittable(9)).isEqualTo(5);
    assertThat(offsets.firstUndoneOffsets()).isEqualTo(Map.of(PARTITION, 5L));
    offsets.markDone(first);
    assertThat(offsets.size()).isZero();
    assertThat(findCommittable(9)).isEqualTo(6);
    assertThat(findCommittable(6)).isEqualTo(6);
    assertThat(offsets.firstUndoneOffsets()).isEqualTo(Map.of(PARTITION, 6L));

    assertThat(offsets.stopOffsets()).isEqualTo(Map.of(PARTITION, 6L));

    Input again = Inputs.input(offsets.assignment(PARTITION), 6, "id", 10);
    offsets.addInput(again, 0);
    assertThat(offsets.stopOffsets()).isEmpty();
    assertThat(findCommittable(9)).isEqualTo(6);
    offsets.markDone(again);
    assertThat(findCommittable(9)).isEqualTo(9);

    offsets.stopAt(PARTITION, 6);
    offsets.close(List.of(PARTITION));
    assertThat(offsets.stopOffsets()).isEmpty();
    offsets.open(List.of(PARTITION));
    assertThat(findCommittable(9)).isEqualTo(9);
    assertThat(offsets.firstUndoneOffsets()).isEmpty();
  }

  @Test
  void onePartitionDoesNotHoldAnother() {
    TopicPartition other = new TopicPartition("inputs", 1);
    offsets.addInput(Inputs.input(offsets.assignment(PARTITION), 1, "id", 10), 0);
    Map<TopicPartition, OffsetAndMetadata> given =
        Map.of(PARTITION, new OffsetAndMetadata(2), other, new OffsetAndMetadata(9));
    assertThat(offsets.findCommittable(given).get(PARTITION).offset()).isEqualTo(1);
    assertThat(offsets.findCommittable(given).get(other).offset()).isEqualTo(9);
  }

  @Property
  void neverPassesAnInputThatIsNotDone(
      @ForAll @IntRange(min = 1, max = 60) int count, @ForAll long seed) {
    InputOffsets ledger = new InputOffsets();
    Random random = new Random(seed);
    Assignment assignment = ledger.assignment(PARTITION);
    List<Input> open = new ArrayList<>();
    Set<Long> undone = new HashSet<>();
    long next = 0;
    // Nano times may pass the end of their range.
    long now = Long.MAX_VALUE - 20;
    while (next < count || !open.isEmpty()) {
      if (next < count && (open.isEmpty() || random.nextBoolean())) {
        // Some offsets never come: markers of transactions, records a transform has dropped.
        next += 1 + random.nextInt(3);
        Input input = Inputs.input(assignment, next - 1, "id", 1 + random.nextInt(9));
        ledger.addInput(input, now + next);
        open.add(input);
        undone.add(input.offset());
      } else {
        Input input = open.remove(random.nextInt(open.size()));
        ledger.markDone(input);
        undone.remove(input.offset());
      }
      long expected = undone.stream().mapToLong(Long::longValue).min().orElse(next);
      assertThat(
              ledger
                  .findCommittable(Map.of(PARTITION, new OffsetAndMetadata(next)))
                  .get(PARTITION)
                  .offset())
          .isEqualTo(expected);
      OptionalLong oldest = open.stream().mapToLong(Input::offset).min();
      assertThat(ledger.oldestSince())
          .isEqualTo(
              oldest.isEmpty()
                  ? OptionalLong.empty()
                  : OptionalLong.of(now + oldest.getAsLong() + 1));
      assertThat(ledger.size()).isEqualTo(open.size());
      assertThat(ledger.bytes())
          .isEqualTo(open.stream().mapToLong(input -> input.payload().size()).sum());
    }
  }

  @Test
  void anInputThatIsDeliveredAgainBeforeItIsDoneIsOneInput() {
    Assignment assignment = offsets.assignment(PARTITION);
    Input first = Inputs.input(assignment, 7, "id", 10);
    assertThat(offsets.addInput(first, 0)).isTrue();
    assertThat(offsets.addInput(Inputs.input(assignment, 7, "id", 10), 0)).isFalse();
    assertThat(offsets.size()).isOne();
    assertThat(offsets.bytes()).isEqualTo(10);
    offsets.markDone(first);
    assertThat(offsets.size()).isZero();
    assertThat(offsets.bytes()).isZero();
    assertThat(findCommittable(8)).isEqualTo(8);
  }

  @Test
  void anotherInputAtTheOffsetOfOneThatIsNotDoneTakesItsPlace() {
    Assignment assignment = offsets.assignment(PARTITION);
    Input before = Inputs.input(assignment, 7, "before", 10);
    Input anew = Inputs.input(assignment, 7, "anew", 4);
    offsets.addInput(before, 0);
    assertThat(offsets.addInput(anew, 0)).isTrue();
    assertThat(offsets.size()).isOne();
    assertThat(offsets.bytes()).isEqualTo(4);
    offsets.markDone(before);
    assertThat(findCommittable(8)).isEqualTo(7);
    offsets.markDone(anew);
    assertThat(findCommittable(8)).isEqualTo(8);
    assertThat(offsets.bytes()).isZero();
  }

  /**
   * Against a model: whatever is delivered again, done late or revoked, size and bytes are right.
   */
  @Property
  void sizeAndBytesAreThoseOfWhatIsNotDone(@ForAll long seed) {
    InputOffsets ledger = new InputOffsets();
    Random random = new Random(seed);
    Map<Long, Input> undone = new HashMap<>();
    List<Input> seen = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      switch (random.nextInt(8)) {
        case 0 -> {
          if (random.nextInt(10) == 0) {
            ledger.close(List.of(PARTITION));
            undone.clear();
          }
        }
        case 1, 2, 3 -> {
          if (!seen.isEmpty()) {
            Input done = seen.get(random.nextInt(seen.size()));
            ledger.markDone(done);
            undone.values().removeIf(input -> input == done);
          }
        }
        default -> {
          long offset = random.nextInt(20);
          Input input =
              Inputs.input(ledger.assignment(PARTITION), offset, "id", 1 + random.nextInt(2));
          Input before = undone.get(offset);
          boolean same = before != null && before.payload().equals(input.payload());
          assertThat(ledger.addInput(input, 0)).isEqualTo(!same);
          seen.add(input);
          if (!same) {
            undone.put(offset, input);
          }
        }
      }
      assertThat(ledger.size()).isEqualTo(undone.size());
      assertThat(ledger.bytes())
          .isEqualTo(undone.values().stream().mapToLong(input -> input.payload().size()).sum());
    }
  }

  @Test
  void theOldestIsThatOfAllPartitions() {
    TopicPartition other = new TopicPartition("inputs", 9);
    Input late = Inputs.input(offsets.assignment(PARTITION), 1, "id", 1);
    Input early = Inputs.input(offsets.assignment(other), 2, "id", 1);
    assertThat(offsets.oldestSince()).isEmpty();
    offsets.addInput(early, Long.MAX_VALUE);
    offsets.addInput(late, Long.MIN_VALUE);
    assertThat(offsets.oldestSince()).hasValue(Long.MAX_VALUE);
    offsets.close(Set.of(other));
    assertThat(offsets.oldestSince()).hasValue(Long.MIN_VALUE);
    offsets.markDone(late);
    assertThat(offsets.oldestSince()).isEmpty();
  }

  private long findCommittable(long given) {
    return offsets
        .findCommittable(Map.of(PARTITION, new OffsetAndMetadata(given)))
        .get(PARTITION)
        .offset();
  }
}
