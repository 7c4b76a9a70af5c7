// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import io.falconnect.fal.queue.LogLine;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Which log lines of a request were published: how many, and fingerprints of the first few and the
 * last few, enough to recognise them when a server tells them again. Small, because it is kept in
 * the source offset.
 *
 * @param count lines published
 * @param head fingerprints of the first lines
 * @param tail fingerprints of the last lines; overlaps the head while there are few
 */
public record LogCursor(long count, List<Integer> head, List<Integer> tail) {
  public static final LogCursor NONE = new LogCursor(0, List.of(), List.of());

  /** The most characters {@link #render} needs besides the digits of the count. */
  static final int MAX_RENDERED = 2 + 4 * (4 + 12);

  private static final int HEAD = 4;
  private static final int TAIL = 12;
  private static final int FINGERPRINT_BYTES = 3;

  public static int fingerprint(LogLine line) {
    CRC32C crc = new CRC32C();
    for (String part :
        new String[] {line.timestamp(), line.level(), line.source(), line.message()}) {
      crc.update(String.valueOf(part).getBytes(StandardCharsets.UTF_8));
      crc.update(0);
    }
    return (int) crc.getValue() & 0xffffff;
  }

  public LogCursor plus(int fingerprint) {
    return new LogCursor(
        count + 1,
        head.size() < HEAD ? append(head, fingerprint) : head,
        append(tail.size() < TAIL ? tail : tail.subList(1, TAIL), fingerprint));
  }

  /** Whether every line's fingerprint is known. */
  boolean isWhole() {
    return count <= HEAD + TAIL;
  }

  /**
   * Whether the line at that place has that fingerprint, as far as is known: places in between are.
   */
  boolean mayBe(long place, int fingerprint) {
    Integer known = at(place);
    return known == null || known == fingerprint;
  }

  /** The first place from {@code from} on that is known to have that fingerprint, or -1. */
  long find(int fingerprint, long from) {
    for (long place = from; place < count; place++) {
      if (place >= head.size() && place < count - tail.size()) {
        place = count - tail.size();
      }
      if (at(place) == fingerprint) {
        return place;
      }
    }
    return -1;
  }

  private Integer at(long place) {
    if (place < head.size()) {
      return head.get((int) place);
    }
    long inTail = place - (count - tail.size());
    return inTail >= 0 ? tail.get((int) inTail) : null;
  }

  /** As text: {@code count.head.tail}. */
  String render() {
    return count + "." + text(head) + "." + text(tail);
  }

  /**
   * Reads what {@link #render} wrote.
   *
   * @throws IllegalArgumentException when it is not that
   */
  static LogCursor parse(String text) {
    String[] parts = text.split("\\.", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException("log cursor '" + text + "' is not count.head.tail");
    }
    LogCursor cursor;
    try {
      cursor =
          new LogCursor(Long.parseLong(parts[0]), fingerprints(parts[1]), fingerprints(parts[2]));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("log cursor '" + text + "': " + e.getMessage(), e);
    }
    if (cursor.head.size() != Math.min(cursor.count, HEAD)
        || cursor.tail.size() != Math.min(cursor.count, TAIL)) {
      throw new IllegalArgumentException("log cursor '" + text + "' contradicts itself");
    }
    return cursor;
  }

  private static List<Integer> append(List<Integer> list, int fingerprint) {
    List<Integer> longer = new ArrayList<>(list.size() + 1);
    longer.addAll(list);
    longer.add(fingerprint);
    return List.copyOf(longer);
  }

  private static String text(List<Integer> fingerprints) {
    byte[] bytes = new byte[fingerprints.size() * FINGERPRINT_BYTES];
    for (int i = 0; i < bytes.length; i++) {
      int shift = 8 * (FINGERPRINT_BYTES - 1 - i % FINGERPRINT_BYTES);
      bytes[i] = (byte) (fingerprints.get(i / FINGERPRINT_BYTES) >>> shift);
    }
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static List<Integer> fingerprints(String text) {
    byte[] bytes = Base64.getUrlDecoder().decode(text);
    List<Integer> fingerprints = new ArrayList<>();
    for (int i = 0; i + FINGERPRINT_BYTES <= bytes.length; i += FINGERPRINT_BYTES) {
      fingerprints.add((bytes[i] & 0xff) << 16 | (bytes[i + 1] & 0xff) << 8 | bytes[i + 2] & 0xff);
    }
    return List.copyOf(fingerprints);
  }
}
