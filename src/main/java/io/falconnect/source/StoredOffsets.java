// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import io.falconnect.source.state.OperatorFloor;
import io.falconnect.source.state.SourceOffset;
import io.falconnect.source.state.SourcePartition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/**
 * What Connect has stored for some control partitions, of any control topic. A connector cannot
 * list what is stored: it has to ask for each shard.
 */
final class StoredOffsets {
  /** By control partition and shard. */
  private final Map<Integer, Map<Integer, SourceOffset>> shards = new HashMap<>();

  private final Map<Integer, OperatorFloor> floors = new HashMap<>();

  private StoredOffsets() {}

  /**
   * Reads all stored offsets in one call, because Connect reads its offsets topic to the end in
   * each call.
   *
   * @param shardCount how many shards of each partition to read, from the first on
   * @throws ConnectException naming the stored offset that cannot be understood
   */
  static StoredOffsets read(
      OffsetStorageReader reader,
      String controlTopic,
      Collection<Integer> partitions,
      int shardCount) {
    Map<Map<String, Object>, SourcePartition> keys = new HashMap<>();
    List<Map<String, Object>> version1 = new ArrayList<>();
    for (int partition : partitions) {
      for (int shard = 0; shard < shardCount; shard++) {
        SourcePartition key = SourcePartition.ofShard(partition, shard);
        keys.put(key.toMap(), key);
      }
      keys.put(SourcePartition.ofFloor(partition).toMap(), SourcePartition.ofFloor(partition));
      version1.add(SourcePartition.createVersion1Map(controlTopic, partition));
    }
    List<Map<String, Object>> all = new ArrayList<>(keys.keySet());
    all.addAll(version1);
    Map<Map<String, Object>, Map<String, Object>> found = reader.offsets(all);
    for (Map<String, Object> key : version1) {
      if (found.get(key) != null) {
        throw createError(key, SourceOffset.VERSION_1, null);
      }
    }
    StoredOffsets stored = new StoredOffsets();
    keys.forEach((key, partition) -> stored.add(partition, found.get(key)));
    return stored;
  }

  private void add(SourcePartition partition, Map<String, Object> stored) {
    if (stored == null) {
      return;
    }
    try {
      if (partition.shard().isPresent()) {
        SourceOffset offset = SourceOffset.parse(stored);
        shards
            .computeIfAbsent(partition.partition(), number -> new HashMap<>())
            .put(partition.shard().getAsInt(), offset);
      } else {
        floors.put(partition.partition(), OperatorFloor.parse(stored));
      }
    } catch (IllegalArgumentException e) {
      throw createError(partition, e.getMessage(), e);
    }
  }

  private static ConnectException createError(Object partition, String reason, Exception cause) {
    return new ConnectException(
        "The stored source offset of " + partition + " cannot be understood: " + reason, cause);
  }

  /** The offsets of a control partition by shard; the others of another control topic too. */
  Map<Integer, SourceOffset> shards(int partition) {
    return shards.getOrDefault(partition, Map.of());
  }

  /** The floor that an operator has set for a control partition. */
  Optional<OperatorFloor> floor(int partition) {
    return Optional.ofNullable(floors.get(partition));
  }

  /** The highest number of partitions that a control topic had when an offset was stored; or 0. */
  int maxPartitions() {
    return shards.values().stream()
        .flatMap(offsets -> offsets.values().stream())
        .mapToInt(SourceOffset::partitions)
        .max()
        .orElse(0);
  }
}
