// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ProducerMemoryTest {
  private static final int BATCH = 1_000;

  @Test
  void oneRecordIsAlwaysAllowed() {
    ProducerMemory memory = new ProducerMemory(BATCH, 10);
    assertThat(memory.isFull()).isFalse();
    memory.add(1, 0);
    assertThat(memory.isFull()).isTrue();
    memory.remove(1, 0);
    assertThat(memory.isFull()).isFalse();
  }

  @Test
  void smallRecordsOfManyPartitionsTakeABatchEach() {
    ProducerMemory memory = new ProducerMemory(BATCH, 200 * BATCH);
    memory.onPartitions(600);
    for (int i = 0; i < 99; i++) {
      memory.add(1, 0);
    }
    assertThat(memory.isFull()).isFalse();
    memory.add(1, 0);
    assertThat(memory.isFull()).isTrue();
    assertThat(memory.bytes()).isEqualTo(100);
    assertThat(memory.records()).isEqualTo(100);
  }

  @Test
  void nothingIsStalledThatIsAcknowledged() {
    ProducerMemory memory = new ProducerMemory(BATCH, 10);
    assertThat(memory.stalledNanos(50)).isZero();
    memory.add(1, 100);
    memory.add(1, 150);
    assertThat(memory.stalledNanos(160)).isEqualTo(60);
    memory.remove(1, 170);
    assertThat(memory.stalledNanos(180)).isEqualTo(10);
    memory.remove(1, 190);
    assertThat(memory.stalledNanos(500)).isZero();
  }

  /** Against a model of the producer: a batch of each partition at least, none shared. */
  @Property
  void theProducerNeverHasToBlock(
      @ForAll @IntRange(min = 1, max = 40) int partitions, @ForAll long seed) {
    long buffer = 20 * BATCH;
    ProducerMemory memory = new ProducerMemory(BATCH, buffer);
    memory.onPartitions(partitions);
    Random random = new Random(seed);
    PartitionBatches model = new PartitionBatches(partitions);
    Deque<Integer> unacknowledged = new ArrayDeque<>();
    for (int i = 0; i < 300; i++) {
      if (!memory.isFull()) {
        int size = 1 + random.nextInt(random.nextInt(5) == 0 ? 10 * BATCH : BATCH / 2);
        memory.add(size, 0);
        unacknowledged.add(size);
        model.append(random.nextInt(partitions), size);
        assertThat(model.allocated).isLessThanOrEqualTo(buffer);
      } else if (random.nextInt(10) == 0) {
        unacknowledged.forEach(size -> memory.remove(size, 0));
        unacknowledged.clear();
        model.clear();
      }
    }
  }

  private static final class PartitionBatches {
    private final int[] left;
    private long allocated;

    PartitionBatches(int partitions) {
      left = new int[partitions];
    }

    void append(int partition, int size) {
      if (left[partition] < size) {
        int batch = Math.max(BATCH, size);
        allocated += batch;
        left[partition] = batch;
      }
      left[partition] -= size;
    }

    void clear() {
      allocated = 0;
      Arrays.fill(left, 0);
    }
  }
}
