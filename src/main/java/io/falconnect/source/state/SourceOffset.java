// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import java.util.AbstractMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.pcollections.TreePMap;

/**
 * A source offset: {@code {"version", "next", "open"}}. Immutable. The entries of the map that
 * Connect stores are created at the first access: Connect accesses them once for each flush, not
 * for each record.
 */
public final class SourceOffset extends AbstractMap<String, Object> {
  public static final String VERSION = "version";
  static final String NEXT = "next";
  public static final String OPEN = "open";

  /** The version of the stored format that this class writes, and the only one it reads. */
  static final long CURRENT_VERSION = 1;

  private final long next;
  private final TreePMap<RequestIdentity, WatchState> open;
  private volatile Map<String, Object> rendered;

  public SourceOffset(long next, TreePMap<RequestIdentity, WatchState> open) {
    this.next = next;
    this.open = open;
  }

  /**
   * Reads a stored offset. Integers may come back as any integral type.
   *
   * @throws IllegalArgumentException when it is not of a known version or shape; the message says
   *     what is wrong
   */
  public static SourceOffset parse(Map<String, ?> stored) {
    long version = integer(stored, VERSION);
    if (version != CURRENT_VERSION) {
      throw new IllegalArgumentException(
          "offset version " + version + " is not known to this version of the connector");
    }
    long next = integer(stored, NEXT);
    if (next < 0) {
      throw new IllegalArgumentException("'next' is negative");
    }
    Object open = stored.get(OPEN);
    if (!(open instanceof String text)) {
      throw new IllegalArgumentException("'open' is not a string of JSON");
    }
    if (!Set.of(VERSION, NEXT, OPEN).containsAll(stored.keySet())) {
      throw new IllegalArgumentException("keys other than 'version', 'next' and 'open'");
    }
    return new SourceOffset(next, TreePMap.from(OpenWatchReader.parse(text)));
  }

  public long next() {
    return next;
  }

  public TreePMap<RequestIdentity, WatchState> open() {
    return open;
  }

  @Override
  public Set<Entry<String, Object>> entrySet() {
    Map<String, Object> map = rendered;
    if (map == null) {
      map = new LinkedHashMap<>();
      map.put(VERSION, CURRENT_VERSION);
      map.put(NEXT, next);
      map.put(OPEN, OpenWatchWriter.render(open.values()));
      rendered = map;
    }
    return map.entrySet();
  }

  /**
   * Does not create the entries: with exactly-once support Connect hashes every acknowledged record
   * and its offset. Equal offsets have the same hash code; other kinds of maps are never compared.
   */
  @Override
  public int hashCode() {
    return Long.hashCode(next) * 31 + open.size();
  }

  private static long integer(Map<String, ?> stored, String key) {
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
