// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import io.falconnect.fal.LogLine;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Keeps records below the size that Kafka takes. The size is estimated from above, as JSON, which
 * is the largest of the usual encodings. Stateless.
 *
 * @param max the most bytes a record may have
 */
record RecordSize(long max) {
  /** Field names, numbers, and the schema that JsonConverter may put around each value. */
  private static final int OVERHEAD = 8 * 1024;

  private static final int PER_LINE = 80;
  private static final int MAX_ERROR = 16 * 1024;

  /** What the lines that are left out are replaced by comes from here. */
  static final String NOTICE_SOURCE = "kafka-connect-fal";

  /**
   * The event, or, where it is too large, the event without its raw text and its oldest log lines.
   * A log line at their place says what is missing.
   */
  StatusEvent fit(StatusEvent event) {
    long fixed =
        OVERHEAD + size(event.error()) + size(event.errorType()) + size(event.responseUrl());
    long logs = event.logs().stream().mapToLong(RecordSize::size).sum();
    if (fixed + logs + size(event.raw()) <= max) {
      return event;
    }
    String error = shortened(event.error());
    long room = max - OVERHEAD - size(error) - size(event.errorType()) - size(event.responseUrl());
    List<LogLine> kept = newest(event.logs(), room);
    int lost = event.logs().size() - kept.size();
    if (lost > 0 || event.raw() != null) {
      kept.add(0, notice(lost, event.raw() != null));
    }
    return new StatusEvent(
        event.request(),
        event.sequence(),
        event.status(),
        event.outcome(),
        event.queuePosition(),
        kept,
        event.metrics(),
        event.responseUrl(),
        error,
        event.errorType(),
        null,
        event.observedAt());
  }

  /** Whether a JSON text, nested as JSON, fits into a record besides its other fields. */
  boolean fitsNested(String json) {
    return OVERHEAD + json.getBytes(StandardCharsets.UTF_8).length <= max;
  }

  /** Whether a text fits into a record besides its other fields. */
  boolean fits(String text) {
    return OVERHEAD + size(text) <= max;
  }

  /** The newest lines that fit; one that would not fit even alone takes no other with it. */
  private static List<LogLine> newest(List<LogLine> lines, long room) {
    List<LogLine> kept = new ArrayList<>();
    long left = room;
    for (int i = lines.size() - 1; i >= 0; i--) {
      long size = size(lines.get(i));
      if (size <= left) {
        kept.add(lines.get(i));
        left -= size;
      } else if (size <= room) {
        break;
      }
    }
    Collections.reverse(kept);
    return kept;
  }

  private LogLine notice(int lost, boolean rawLost) {
    String what = lost + " log lines" + (rawLost ? " and the raw event" : "");
    String message = what + " left out: the event was larger than " + max + " bytes";
    return new LogLine(message, "WARN", NOTICE_SOURCE, null);
  }

  private static String shortened(String error) {
    return error == null || error.length() <= MAX_ERROR
        ? error
        : error.substring(0, MAX_ERROR) + "…";
  }

  private static long size(LogLine line) {
    return PER_LINE
        + size(line.message())
        + size(line.level())
        + size(line.source())
        + size(line.timestamp());
  }

  /** Bytes of a text inside a JSON text. */
  static long size(String text) {
    if (text == null) {
      return 0;
    }
    long size = 2;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x20) {
        size += 6;
      } else if (c == '"' || c == '\\') {
        size += 2;
      } else {
        size += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
      }
    }
    return size;
  }
}
