// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import java.util.AbstractMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.pcollections.TreePMap;

/**
 * The source offset of a shard: {@code {"version", "topic", "partitions", "next", "floor",
 * "open"}}. Immutable. The entries of the map that Connect stores are created at the first access:
 * Connect accesses them once for each flush, not for each record.
 */
public final class SourceOffset extends AbstractMap<String, Object> {
  public static final String VERSION = "version";
  static final String TOPIC = "topic";
  static final String PARTITIONS = "partitions";
  static final String NEXT = "next";
  static final String FLOOR = "floor";
  public static final String OPEN = "open";

  /** The version of the stored format that this class writes, and the only one it reads. */
  static final long CURRENT_VERSION = 2;

  /** Why an offset of version 1 cannot be used. */
  public static final String VERSION_1 =
      "it has format version 1, which this version of the connector cannot read."
          + " To give up its watches, stop the connector and DELETE /connectors/{name}/offsets";

  private static final Set<String> KEYS = Set.of(VERSION, TOPIC, PARTITIONS, NEXT, FLOOR, OPEN);

  private final String topic;
  private final int partitions;
  private final long next;
  private final long floor;
  private final OpenWatchSet open;
  private final InFlightRecord record;
  private volatile Map<String, Object> rendered;

  SourceOffset(
      String topic,
      int partitions,
      long next,
      long floor,
      OpenWatchSet open,
      InFlightRecord record) {
    this.topic = topic;
    this.partitions = partitions;
    this.next = next;
    this.floor = floor;
    this.open = open;
    this.record = record;
  }

  /**
   * Reads the stored offset of a shard. Integers may come back as any integral type.
   *
   * @throws IllegalArgumentException when it is not of a known version or shape; the message says
   *     what is wrong
   */
  public static SourceOffset parse(Map<String, ?> stored) {
    checkShape(stored);
    long partitions = readInteger(stored, PARTITIONS);
    if (partitions < 1 || partitions > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("'partitions' is not a number from 1");
    }
    return new SourceOffset(
        readText(stored, TOPIC),
        (int) partitions,
        readPosition(stored, NEXT),
        readPosition(stored, FLOOR),
        OpenWatchReader.parse(readText(stored, OPEN)),
        null);
  }

  /**
   * Reads an operator's floor: {@code version} and {@code next}; the other keys may be there.
   *
   * @throws IllegalArgumentException as {@link #parse} does
   */
  static OperatorFloor parseFloor(Map<String, ?> stored) {
    checkShape(stored);
    if (stored.get(OPEN) != null && !OpenWatchReader.parse(readText(stored, OPEN)).isEmpty()) {
      throw new IllegalArgumentException(
          "'open' has watches, but only the offset of a shard can have watches");
    }
    String topic = stored.get(TOPIC) == null ? null : readText(stored, TOPIC);
    return new OperatorFloor(topic, readPosition(stored, NEXT));
  }

  private static void checkShape(Map<String, ?> stored) {
    long version = readInteger(stored, VERSION);
    if (version == 1) {
      throw new IllegalArgumentException(VERSION_1);
    }
    if (version != CURRENT_VERSION) {
      throw new IllegalArgumentException(
          "offset version " + version + " is not known to this version of the connector");
    }
    if (!KEYS.containsAll(stored.keySet())) {
      throw new IllegalArgumentException(
          "keys other than 'version', 'topic', 'partitions', 'next', 'floor' and 'open'");
    }
  }

  /** The control topic that the shard is of. */
  public String topic() {
    return topic;
  }

  /** How many partitions the control topic had. */
  public int partitions() {
    return partitions;
  }

  /** The control records of the shard below this offset ask for nothing more, or are open. */
  public long next() {
    return next;
  }

  /** All control records of the partition below this offset are stored, or ask for nothing. */
  public long floor() {
    return floor;
  }

  /** The open watches of the shard. */
  public TreePMap<RequestIdentity, WatchState> open() {
    return open.watches();
  }

  /** The control offsets up to which a request was asked for again. */
  TreePMap<RequestIdentity, Long> repeats() {
    return open.repeats();
  }

  /** The record that has this offset; null in an offset that was read. */
  public InFlightRecord record() {
    return record;
  }

  @Override
  public Set<Entry<String, Object>> entrySet() {
    Map<String, Object> map = rendered;
    if (map == null) {
      map = new LinkedHashMap<>();
      map.put(VERSION, CURRENT_VERSION);
      map.put(TOPIC, topic);
      map.put(PARTITIONS, partitions);
      map.put(NEXT, next);
      map.put(FLOOR, floor);
      map.put(OPEN, OpenWatchWriter.render(open));
      rendered = map;
    }
    return map.entrySet();
  }

  /**
   * Two records have different offsets. With exactly-once support Connect keeps the acknowledged
   * records of a transaction in a map, and a record that equals another would get lost there.
   */
  @Override
  public boolean equals(Object other) {
    return this == other
        || (!(other instanceof SourceOffset offset) || record == offset.record)
            && super.equals(other);
  }

  /** Does not create the entries: with exactly-once support Connect hashes every record. */
  @Override
  public int hashCode() {
    return Long.hashCode(next) * 31 + Long.hashCode(floor);
  }

  private static String readText(Map<String, ?> stored, String key) {
    if (stored.get(key) instanceof String text) {
      return text;
    }
    throw new IllegalArgumentException("'" + key + "' is not a string");
  }

  private static long readPosition(Map<String, ?> stored, String key) {
    long position = readInteger(stored, key);
    if (position < 0) {
      throw new IllegalArgumentException("'" + key + "' is negative");
    }
    return position;
  }

  private static long readInteger(Map<String, ?> stored, String key) {
    Object value = stored.get(key);
    if (value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte) {
      return ((Number) value).longValue();
    }
    throw new IllegalArgumentException("'" + key + "' is not an integer");
  }
}
