// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.input;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Which inputs of which partitions are not done yet, and so which offsets may be committed. No I/O
 * and no clock. Owned by the task thread.
 */
public final class InputOffsets {
  private final Map<TopicPartition, Taken> partitions = new HashMap<>();
  private int size;
  private long bytes;

  /** An input that is not done, and when it was taken. */
  private record Undone(Input input, long takenAt) {
    int size() {
      return input.payload().size();
    }

    /** Whether the record was delivered again: the same one, not another one at its offset. */
    boolean isSameAs(Input other) {
      return input.requestId().equals(other.requestId())
          && input.payload().equals(other.payload())
          && Objects.equals(input.record().timestamp(), other.record().timestamp());
    }
  }

  /** Of one assignment: the inputs that are not done, by offset. */
  private static final class Taken {
    final Assignment assignment;
    final TreeMap<Long, Undone> undone = new TreeMap<>();
    long end = Long.MAX_VALUE;

    Taken(TopicPartition partition) {
      assignment = new Assignment(partition);
    }

    /** The offset of the first input that is not done; huge where all are. */
    long firstUndone() {
      return undone.isEmpty() ? end : Math.min(undone.firstKey(), end);
    }
  }

  /** Partitions are the task's own from now on. */
  public void open(Collection<TopicPartition> opened) {
    opened.forEach(partition -> partitions.computeIfAbsent(partition, Taken::new));
  }

  /** Partitions are not the task's own any more: what is not done of them is forgotten. */
  public void close(Collection<TopicPartition> closed) {
    for (TopicPartition partition : closed) {
      Taken taken = partitions.remove(partition);
      if (taken != null) {
        taken.assignment.revoke();
        size -= taken.undone.size();
        bytes -= taken.undone.values().stream().mapToLong(Undone::size).sum();
      }
    }
  }

  /** The present assignment of a partition; a partition that was never opened is from now on. */
  public Assignment assignment(TopicPartition partition) {
    return partitions.computeIfAbsent(partition, Taken::new).assignment;
  }

  /**
   * An input was taken. Where another input of its offset is not done, because the topic was
   * created anew, it takes the place of that one.
   *
   * @param now nano time
   * @return false if the same input is not done yet, and was only delivered again
   */
  public boolean addInput(Input input, long now) {
    Taken taken = partitions.get(input.assignment().partition());
    if (input.offset() >= taken.end) {
      taken.end = Long.MAX_VALUE;
    }
    Undone before = taken.undone.get(input.offset());
    if (before != null && before.isSameAs(input)) {
      return false;
    }
    if (before != null) {
      size--;
      bytes -= before.size();
    }
    taken.undone.put(input.offset(), new Undone(input, now));
    size++;
    bytes += input.payload().size();
    return true;
  }

  /**
   * No input of a partition is taken from that offset on, until one is added again. The next task
   * that reads the partition starts there.
   */
  public void stopAt(TopicPartition partition, long offset) {
    Taken taken = partitions.get(partition);
    taken.end = Math.min(taken.end, offset);
  }

  /** The offsets given to {@link #stopAt}, of the partitions that are stopped. */
  Map<TopicPartition, Long> stopOffsets() {
    return collectOffsets(taken -> taken.end);
  }

  /** The first offset that is not done, of each partition that has one. */
  Map<TopicPartition, Long> firstUndoneOffsets() {
    return collectOffsets(Taken::firstUndone);
  }

  /** Collects an offset of each partition that has one. */
  private Map<TopicPartition, Long> collectOffsets(Function<Taken, Long> offset) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    partitions.forEach((partition, taken) -> offsets.put(partition, offset.apply(taken)));
    offsets.values().removeIf(none -> none == Long.MAX_VALUE);
    return offsets;
  }

  /** An input is done. One of a revoked assignment, or whose place another took, is ignored. */
  public void markDone(Input input) {
    Taken taken = partitions.get(input.assignment().partition());
    boolean present = taken != null && taken.assignment == input.assignment();
    Undone undone = present ? taken.undone.get(input.offset()) : null;
    if (undone != null && undone.input == input) {
      taken.undone.remove(input.offset());
      size--;
      bytes -= undone.size();
    }
  }

  /** How many inputs are not done. */
  public int size() {
    return size;
  }

  /** How many bytes the payloads of those have. */
  public long bytes() {
    return bytes;
  }

  /** When the oldest of those was taken, nano time; empty where there is none. */
  public OptionalLong oldestSince() {
    return partitions.values().stream()
        .filter(taken -> !taken.undone.isEmpty())
        .mapToLong(taken -> taken.undone.firstEntry().getValue().takenAt())
        .reduce((a, b) -> a - b < 0 ? a : b);
  }

  /** The partitions that are the task's own. */
  public Collection<TopicPartition> assigned() {
    return partitions.keySet();
  }

  /**
   * Finds the offsets that may be committed: for each partition that of the oldest input that is
   * not done; if all are done, the offset that Connect gives, which also covers skipped records.
   */
  public Map<TopicPartition, OffsetAndMetadata> findCommittable(
      Map<TopicPartition, OffsetAndMetadata> given) {
    Map<TopicPartition, OffsetAndMetadata> committable = new HashMap<>(given);
    committable.replaceAll(
        (partition, offset) -> {
          Taken taken = partitions.get(partition);
          long undone = taken == null ? Long.MAX_VALUE : taken.firstUndone();
          return undone >= offset.offset() ? offset : new OffsetAndMetadata(undone);
        });
    return committable;
  }
}
