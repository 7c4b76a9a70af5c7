// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import io.falconnect.fal.queue.LogLine;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells new log lines from repeated ones on one stream. Within a stream lines come incrementally;
 * what a server tells after a reconnect is not specified: all lines from the first one, the last
 * few, or only new ones. So the first lines of a stream are held against those published: while
 * they match they are repeats, from the first that does not match on all are new. Later on, an
 * event that begins with all there was, dated, from the first line to the last, tells them once
 * more.
 */
public final class LogAlignment {
  private LogCursor published;
  private long place;
  private boolean live;
  private boolean aligned;

  /** Alignment of a stream that is just being opened. */
  public LogAlignment(LogCursor published) {
    this.published = published;
    this.live = published.count() == 0;
  }

  /** The lines among these that were not published before; counts them as published. */
  public List<LogLine> fresh(List<LogLine> lines) {
    List<LogLine> fresh = new ArrayList<>();
    int first = live && beginsWithAll(lines) ? (int) published.count() : firstToLookAt(lines);
    for (LogLine line : lines.subList(first, lines.size())) {
      int fingerprint = LogCursor.fingerprint(line);
      if (!live && repeats(fingerprint)) {
        continue;
      }
      live = true;
      published = published.plus(fingerprint);
      fresh.add(line);
    }
    return fresh;
  }

  /**
   * Where a server repeats the last hundred lines, the first of them are older than any whose
   * fingerprint is kept: what comes before a line that was published was published before it. Where
   * all fingerprints are kept there are no such lines: one that is not known is new.
   */
  private int firstToLookAt(List<LogLine> lines) {
    if (published.isWhole()) {
      return 0;
    }
    for (int i = 0; i < lines.size() && !live && !aligned; i++) {
      if (published.find(LogCursor.fingerprint(lines.get(i)), 0) >= 0) {
        return i;
      }
    }
    return 0;
  }

  /** Lines that nothing dates may well have been written twice. */
  private boolean beginsWithAll(List<LogLine> lines) {
    long count = published.count();
    boolean all = count > 0 && lines.size() >= count;
    for (int i = 0; i < count && all; i++) {
      LogLine line = lines.get(i);
      all = line.timestamp() != null && published.mayBe(i, LogCursor.fingerprint(line));
    }
    return all;
  }

  /** What has been published, with what {@link #fresh} gave. */
  public LogCursor published() {
    return published;
  }

  private boolean repeats(int fingerprint) {
    boolean follows = aligned && published.mayBe(place, fingerprint);
    long found = follows ? place : published.find(fingerprint, place);
    if (found < 0) {
      return false;
    }
    aligned = true;
    place = found + 1;
    live = place == published.count();
    return true;
  }
}
