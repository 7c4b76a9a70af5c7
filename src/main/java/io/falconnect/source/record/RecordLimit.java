// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.record;

import io.falconnect.fal.queue.LogLine;
import io.falconnect.source.state.StatusEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Keeps records below the size that Kafka accepts. Sizes are upper bounds of the record as JSON,
 * which is the largest of the usual encodings. Stateless.
 *
 * @param maxBytes the most bytes a record may have
 */
record RecordLimit(long maxBytes) {
  /** Field names, numbers, and the schema that JsonConverter may put around each value. */
  private static final int OVERHEAD = 8 * 1024;

  private static final int PER_LINE = 80;
  private static final int PER_METRIC = 64;
  private static final int MAX_TEXT = 16 * 1024;

  /** The source of the log line that replaces those left out. */
  static final String NOTICE_SOURCE = "kafka-connect-fal";

  /**
   * Returns the event if it is small enough. If not, returns it without the raw text, the oldest
   * log lines and any other field that is too large; a log line then says what was left out.
   */
  StatusEvent fitEvent(StatusEvent event) {
    long fixed =
        OVERHEAD
            + sizeOf(event.error())
            + sizeOf(event.errorType())
            + sizeOf(event.responseUrl())
            + sizeOf(event.metrics());
    long logs = event.logs().stream().mapToLong(RecordLimit::sizeOf).sum();
    return fixed + logs + sizeOf(event.raw()) <= maxBytes ? event : reduce(event);
  }

  private StatusEvent reduce(StatusEvent event) {
    String error = shorten(event.error());
    String errorType = shorten(event.errorType());
    boolean urlFits = fitsAsText(event.responseUrl());
    String url = urlFits ? event.responseUrl() : null;
    boolean metricsFit = sizeOf(event.metrics()) <= maxBytes / 8;
    Map<String, Double> metrics = metricsFit ? event.metrics() : Map.of();
    long room =
        maxBytes - OVERHEAD - sizeOf(error) - sizeOf(errorType) - sizeOf(url) - sizeOf(metrics);
    List<LogLine> kept = keepNewest(event.logs(), room);
    addNotice(event, kept, metricsFit, urlFits);
    return new StatusEvent(
        event.request(),
        event.sequence(),
        event.status(),
        event.outcome(),
        event.queuePosition(),
        kept,
        metrics,
        url,
        error,
        errorType,
        null,
        event.observedAt());
  }

  /** Whether a JSON text that becomes a nested value fits into a record with its other fields. */
  boolean hasRoomForNested(String json) {
    return OVERHEAD + json.chars().mapToLong(RecordLimit::sizeOfCharacter).sum() <= maxBytes;
  }

  /** Whether a text fits into a record with its other fields. */
  boolean hasRoomFor(String text) {
    return OVERHEAD + sizeOf(text) <= maxBytes;
  }

  /** The newest lines that fit. A line that is too large even alone is left out by itself. */
  private static List<LogLine> keepNewest(List<LogLine> lines, long room) {
    List<LogLine> kept = new ArrayList<>();
    long left = room;
    for (int i = lines.size() - 1; i >= 0; i--) {
      long size = sizeOf(lines.get(i));
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

  private static void addIf(boolean isMissing, String what, StringJoiner missing) {
    if (isMissing) {
      missing.add(what);
    }
  }

  /** Puts a line before the kept ones that says what was left out of the event, if anything was. */
  private void addNotice(
      StatusEvent event, List<LogLine> kept, boolean metricsFit, boolean urlFits) {
    int lostLines = event.logs().size() - kept.size();
    StringJoiner missing = new StringJoiner(" and ");
    addIf(lostLines > 0, lostLines + " log lines", missing);
    addIf(event.raw() != null, "the raw event", missing);
    addIf(!metricsFit, "the metrics", missing);
    addIf(!urlFits, "the response URL", missing);
    if (missing.length() > 0) {
      String message = missing + " left out: the event was larger than " + maxBytes + " bytes";
      kept.add(0, new LogLine(message, "WARN", NOTICE_SOURCE, null));
    }
  }

  /** Cuts a text to the most characters that one of several texts in a record may have. */
  String shorten(String text) {
    if (fitsAsText(text)) {
      return text;
    }
    int end = maxTextLength();
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
  }

  private boolean fitsAsText(String text) {
    return text == null || text.length() <= maxTextLength();
  }

  /** A few texts of this length fit into a record, whatever their characters are. */
  private int maxTextLength() {
    return (int) Math.min(MAX_TEXT, maxBytes / 32);
  }

  private static long sizeOf(Map<String, Double> metrics) {
    return metrics.keySet().stream().mapToLong(name -> sizeOf(name) + PER_METRIC).sum();
  }

  private static long sizeOf(LogLine line) {
    return PER_LINE
        + sizeOf(line.message())
        + sizeOf(line.level())
        + sizeOf(line.source())
        + sizeOf(line.timestamp());
  }

  /** The bytes that a text takes as a string in JSON. */
  static long sizeOf(String text) {
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
        size += sizeOfCharacter(c);
      }
    }
    return size;
  }

  /** Jackson writes each half of a surrogate pair as an escape. */
  private static long sizeOfCharacter(int c) {
    return c < 0x80 ? 1 : c < 0x800 ? 2 : Character.isSurrogate((char) c) ? 6 : 3;
  }
}
