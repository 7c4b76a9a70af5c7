// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import io.falconnect.fal.queue.LogLine;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * The published log lines of a request: how many, and fingerprints of the first few and the last
 * few. These are enough to recognise lines that fal sends again. Small, because each open watch has
 * one in the source offset.
 *
 * @param count lines published
 * @param head fingerprints of the first lines
 * @param tail fingerprints of the last lines; overlaps the head while there are few
 */
public record LogCursor(long count, List<Integer> head, List<Integer> tail) {
  public static final LogCursor NONE = new LogCursor(0, List.of(), List.of());

  private static final int HEAD = 4;
  private static final int TAIL = 12;
  private static final int FINGERPRINT_BYTES = 3;

  /** The last 24 bits of a CRC of all fields of a line. */
  public static int computeFingerprint(LogLine line) {
    CRC32C crc = new CRC32C();
    for (String part :
        new String[] {line.timestamp(), line.level(), line.source(), line.message()}) {
      crc.update(String.valueOf(part).getBytes(StandardCharsets.UTF_8));
      crc.update(0);
    }
    return (int) crc.getValue() & 0xffffff;
  }

  /** The cursor after one more line. */
  public LogCursor append(int fingerprint) {
    return new LogCursor(
        count + 1,
        head.size() < HEAD ? copyWith(head, fingerprint) : head,
        copyWith(tail.size() < TAIL ? tail : tail.subList(1, TAIL), fingerprint));
  }

  /** Whether the fingerprints of all lines are kept. */
  boolean isComplete() {
    return count <= HEAD + TAIL;
  }

  /** Whether the line at an index has a fingerprint, or its fingerprint is not kept. */
  boolean canMatch(long index, int fingerprint) {
    Integer known = fingerprintAt(index);
    return known == null || known == fingerprint;
  }

  /** The first index, at least {@code from}, at which a fingerprint is kept, or -1. */
  long indexOf(int fingerprint, long from) {
    for (long index = from; index < count; index++) {
      if (index >= head.size() && index < count - tail.size()) {
        index = count - tail.size();
      }
      if (fingerprintAt(index) == fingerprint) {
        return index;
      }
    }
    return -1;
  }

  /** Null if the fingerprint of that line is not kept. */
  private Integer fingerprintAt(long index) {
    if (index < head.size()) {
      return head.get((int) index);
    }
    long inTail = index - (count - tail.size());
    return inTail >= 0 ? tail.get((int) inTail) : null;
  }

  /**
   * Writes the cursor as {@code count.tail.head}; without the head while the tail has all lines.
   */
  String render() {
    return count + "." + encode(tail) + (count > TAIL ? "." + encode(head) : "");
  }

  /**
   * Reads what {@link #render} wrote.
   *
   * @throws IllegalArgumentException when it is not that
   */
  static LogCursor parse(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length < 2 || parts.length > 3) {
      throw new IllegalArgumentException("log cursor '" + text + "' is not count.tail.head");
    }
    LogCursor cursor;
    try {
      List<Integer> tail = decode(parts[1]);
      List<Integer> first = tail.subList(0, Math.min(HEAD, tail.size()));
      cursor =
          new LogCursor(
              Long.parseLong(parts[0]), parts.length == 3 ? decode(parts[2]) : first, tail);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("log cursor '" + text + "': " + e.getMessage(), e);
    }
    if (cursor.head.size() != Math.min(cursor.count, HEAD)
        || cursor.tail.size() != Math.min(cursor.count, TAIL)
        || parts.length != (cursor.count > TAIL ? 3 : 2)) {
      throw new IllegalArgumentException("log cursor '" + text + "' contradicts itself");
    }
    return cursor;
  }

  private static List<Integer> copyWith(List<Integer> list, int fingerprint) {
    List<Integer> longer = new ArrayList<>(list.size() + 1);
    longer.addAll(list);
    longer.add(fingerprint);
    return List.copyOf(longer);
  }

  private static String encode(List<Integer> fingerprints) {
    byte[] bytes = new byte[fingerprints.size() * FINGERPRINT_BYTES];
    for (int i = 0; i < bytes.length; i++) {
      int shift = 8 * (FINGERPRINT_BYTES - 1 - i % FINGERPRINT_BYTES);
      bytes[i] = (byte) (fingerprints.get(i / FINGERPRINT_BYTES) >>> shift);
    }
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static List<Integer> decode(String text) {
    byte[] bytes = Base64.getUrlDecoder().decode(text);
    List<Integer> fingerprints = new ArrayList<>();
    for (int i = 0; i + FINGERPRINT_BYTES <= bytes.length; i += FINGERPRINT_BYTES) {
      fingerprints.add((bytes[i] & 0xff) << 16 | (bytes[i + 1] & 0xff) << 8 | bytes[i + 2] & 0xff);
    }
    return List.copyOf(fingerprints);
  }
}
