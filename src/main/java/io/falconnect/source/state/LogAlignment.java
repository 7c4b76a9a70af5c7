// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import io.falconnect.fal.queue.LogLine;
import java.util.ArrayList;
import java.util.List;

/**
 * Distinguishes new log lines from repeated ones on one stream. Within a stream, fal sends each
 * line once. What fal sends after a reconnect is not specified: all lines from the first one, the
 * last few, or only new ones. So the first lines of a stream are compared with those that were
 * published: while they match they are repeats, and all lines from the first that does not match
 * are new. Later on, an event that starts with all earlier lines and their timestamps repeats these
 * lines. Owned by the task thread.
 */
public final class LogAlignment {
  private LogCursor published;

  /** The index among the published lines at which the next repeated line is expected. */
  private long nextIndex;

  /** Whether all lines from here on are new. */
  private boolean isCaughtUp;

  /** Whether a repeated line was found, so that nextIndex is known. */
  private boolean isAligned;

  /**
   * Starts with a stream that is just being opened.
   *
   * @param published the lines that were published before
   */
  public LogAlignment(LogCursor published) {
    this.published = published;
    this.isCaughtUp = published.count() == 0;
  }

  /** Selects the lines that were not published before, and counts them as published. */
  public List<LogLine> selectNew(List<LogLine> lines) {
    List<LogLine> selected = new ArrayList<>();
    int first =
        isCaughtUp && startsWithAll(lines) ? (int) published.count() : findFirstCandidate(lines);
    for (LogLine line : lines.subList(first, lines.size())) {
      int fingerprint = LogCursor.computeFingerprint(line);
      if (!isCaughtUp && isRepeat(fingerprint)) {
        continue;
      }
      isCaughtUp = true;
      published = published.append(fingerprint);
      selected.add(line);
    }
    return selected;
  }

  /**
   * The index of the first line that may be new. If fal repeats the last hundred lines, the first
   * of them are older than the lines whose fingerprints are kept: a line before a published line
   * was published before it. If all fingerprints are kept, an unknown line is new.
   */
  private int findFirstCandidate(List<LogLine> lines) {
    if (published.isComplete()) {
      return 0;
    }
    for (int i = 0; i < lines.size() && !isCaughtUp && !isAligned; i++) {
      if (published.indexOf(LogCursor.computeFingerprint(lines.get(i)), 0) >= 0) {
        return i;
      }
    }
    return 0;
  }

  /** Only lines with timestamps count: a line without one may have been written twice. */
  private boolean startsWithAll(List<LogLine> lines) {
    long count = published.count();
    boolean all = count > 0 && lines.size() >= count;
    for (int i = 0; i < count && all; i++) {
      LogLine line = lines.get(i);
      all = line.timestamp() != null && published.canMatch(i, LogCursor.computeFingerprint(line));
    }
    return all;
  }

  /** The published lines, with those that {@link #selectNew} returned. */
  public LogCursor cursor() {
    return published;
  }

  private boolean isRepeat(int fingerprint) {
    boolean follows = isAligned && published.canMatch(nextIndex, fingerprint);
    long found = follows ? nextIndex : published.indexOf(fingerprint, nextIndex);
    if (found < 0) {
      return false;
    }
    isAligned = true;
    nextIndex = found + 1;
    isCaughtUp = nextIndex == published.count();
    return true;
  }
}
