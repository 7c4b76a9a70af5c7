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
 * Keeps records below the size that Kafka takes. The size is estimated from above, as JSON, which
 * is the largest of the usual encodings. Stateless.
 *
 * @param max the most bytes a record may have
 */
public record RecordSize(long max) {
  /** Field names, numbers, and the schema that JsonConverter may put around each value. */
  private static final int OVERHEAD = 8 * 1024;

  private static final int PER_LINE = 80;
  private static final int PER_METRIC = 64;
  private static final int MAX_TEXT = 16 * 1024;

  /** What the lines that are left out are replaced by comes from here. */
  static final String NOTICE_SOURCE = "kafka-connect-fal";

  /**
   * The event, or, where it is too large, the event without its raw text and its oldest log lines.
   * A log line at their place says what is missing.
   */
  StatusEvent fit(StatusEvent event) {
    long fixed =
        OVERHEAD
            + size(event.error())
            + size(event.errorType())
            + size(event.responseUrl())
            + size(event.metrics());
    long logs = event.logs().stream().mapToLong(RecordSize::size).sum();
    if (fixed + logs + size(event.raw()) <= max) {
      return event;
    }
    String error = shortened(event.error());
    String errorType = shortened(event.errorType());
    boolean urlFits = event.responseUrl() == null || event.responseUrl().length() <= longest();
    String url = urlFits ? event.responseUrl() : null;
    boolean metricsFit = size(event.metrics()) <= max / 8;
    Map<String, Double> metrics = metricsFit ? event.metrics() : Map.of();
    long room = max - OVERHEAD - size(error) - size(errorType) - size(url) - size(metrics);
    List<LogLine> kept = newest(event.logs(), room);
    int lost = event.logs().size() - kept.size();
    StringJoiner missing = new StringJoiner(" and ");
    said(missing, lost > 0, lost + " log lines");
    said(missing, event.raw() != null, "the raw event");
    said(missing, !metricsFit, "the metrics");
    said(missing, !urlFits, "the response URL");
    if (missing.length() > 0) {
      kept.add(0, notice(missing));
    }
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

  /** Whether a JSON text, nested as JSON, fits into a record besides its other fields. */
  boolean fitsNested(String json) {
    return OVERHEAD + json.chars().mapToLong(RecordSize::size).sum() <= max;
  }

  /** Whether a text fits into a record besides its other fields. */
  public boolean fits(String text) {
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

  private static void said(StringJoiner missing, boolean lost, String what) {
    if (lost) {
      missing.add(what);
    }
  }

  private LogLine notice(StringJoiner missing) {
    String message = missing + " left out: the event was larger than " + max + " bytes";
    return new LogLine(message, "WARN", NOTICE_SOURCE, null);
  }

  /** A text, or as much of it as one of several may have. */
  String shortened(String text) {
    if (text == null || text.length() <= longest()) {
      return text;
    }
    int end = longest();
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + "…";
  }

  /** The most characters of one text: a few of them fit, whatever the characters are. */
  private int longest() {
    return (int) Math.min(MAX_TEXT, max / 32);
  }

  private static long size(Map<String, Double> metrics) {
    return metrics.keySet().stream().mapToLong(name -> size(name) + PER_METRIC).sum();
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
        size += size(c);
      }
    }
    return size;
  }

  /** Jackson writes each half of a surrogate pair as an escape. */
  private static long size(int c) {
    return c < 0x80 ? 1 : c < 0x800 ? 2 : Character.isSurrogate((char) c) ? 6 : 3;
  }
}
