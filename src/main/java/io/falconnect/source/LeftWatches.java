// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import io.falconnect.source.state.Shards;
import io.falconnect.source.state.SourceOffset;
import io.falconnect.source.state.SourcePartition;
import io.falconnect.source.state.WatchState;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/**
 * The stored open watches that no task would work on: those of another control topic, and those of
 * partitions that the control topic does not have any more. They are never left in silence.
 */
final class LeftWatches {
  /** All shards of so many control partitions are read, whatever is known. */
  private static final int MIN_PARTITIONS = 4;

  /**
   * While no stored offset says how many partitions there were, the first shards of so many are
   * read. A partition has entries in its first shards, unless its first records were deleted before
   * anything was published.
   */
  private static final int SEARCHED_PARTITIONS = 64;

  private static final int SEARCHED_SHARDS = 256;

  /** How many control partitions are read in one call. */
  private static final int PARTITIONS_PER_CALL = 16;

  private static final int MAX_NAMED = 10;

  private final String controlTopic;
  private final int partitionCount;
  private final List<WatchState> watches = new ArrayList<>();
  private final List<SourcePartition> sources = new ArrayList<>();
  private final List<String> topics = new ArrayList<>();

  /**
   * Without watches.
   *
   * @param partitionCount how many partitions the control topic has
   */
  LeftWatches(String controlTopic, int partitionCount) {
    this.controlTopic = controlTopic;
    this.partitionCount = partitionCount;
  }

  /**
   * Looks for watches that would be left behind.
   *
   * @throws ConnectException naming them and how to give them up
   */
  static void check(OffsetStorageReader reader, String controlTopic, int partitionCount) {
    LeftWatches left = new LeftWatches(controlTopic, partitionCount);
    int end = Math.max(partitionCount, MIN_PARTITIONS);
    int known = left.addAll(reader, 0, end);
    if (known == 0) {
      List<Integer> searched = IntStream.range(end, SEARCHED_PARTITIONS).boxed().toList();
      known = StoredOffsets.read(reader, controlTopic, searched, SEARCHED_SHARDS).maxPartitions();
    }
    while (end < known) {
      int from = end;
      end = known;
      known = Math.max(known, left.addAll(reader, from, end));
    }
    left.failIfAny();
  }

  /** Returns the highest number of partitions in a stored offset; or 0. */
  private int addAll(OffsetStorageReader reader, int from, int end) {
    int known = 0;
    for (int first = from; first < end; first += PARTITIONS_PER_CALL) {
      List<Integer> partitions =
          IntStream.range(first, Math.min(first + PARTITIONS_PER_CALL, end)).boxed().toList();
      StoredOffsets stored = StoredOffsets.read(reader, controlTopic, partitions, Shards.COUNT);
      known = Math.max(known, stored.maxPartitions());
      for (int partition : partitions) {
        stored
            .shards(partition)
            .forEach((shard, offset) -> add(SourcePartition.ofShard(partition, shard), offset));
      }
    }
    return known;
  }

  /** Adds the open watches of a stored offset if they would be left behind. */
  void add(SourcePartition source, SourceOffset offset) {
    boolean isKept = offset.topic().equals(controlTopic) && source.partition() < partitionCount;
    if (!isKept && !offset.open().isEmpty()) {
      sources.add(source);
      watches.addAll(offset.open().values());
      if (!topics.contains(offset.topic())) {
        topics.add(offset.topic());
      }
    }
  }

  void failIfAny() {
    if (!watches.isEmpty()) {
      throw new ConnectException(describe());
    }
  }

  private String describe() {
    String named =
        watches.stream()
            .limit(MAX_NAMED)
            .map(watch -> watch.request().requestId() + " of " + watch.request().endpoint())
            .collect(Collectors.joining(", "));
    String more = watches.size() > MAX_NAMED ? " and more" : "";
    String resets =
        sources.stream()
            .limit(MAX_NAMED)
            .map(source -> "{\"partition\":" + source + ",\"offset\":null}")
            .collect(Collectors.joining(","));
    return ("%s open watches of control topic %s would be left behind, because the connector reads"
            + " '%s' with %s partitions: requests %s%s. To let them end, give the connector their"
            + " control topic and partitions back. To give them up, stop the connector and PATCH"
            + " /connectors/{name}/offsets with {\"offsets\":[%s]}%s")
        .formatted(
            watches.size(),
            topics.stream().map(topic -> "'" + topic + "'").collect(Collectors.joining(" and ")),
            controlTopic,
            partitionCount,
            named,
            more,
            resets,
            sources.size() > MAX_NAMED ? " and so on, or DELETE all offsets" : "");
  }
}
