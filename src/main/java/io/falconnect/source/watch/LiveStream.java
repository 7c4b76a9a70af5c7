// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.FailureClassifier;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.queue.LogLine;
import io.falconnect.fal.queue.RequestPhase;
import io.falconnect.fal.queue.StatusStream;
import io.falconnect.fal.queue.StatusUpdate;
import io.falconnect.source.state.LogAlignment;
import io.falconnect.source.state.LogCursor;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * One open stream of a watch, and the rule when it is over although fal has not ended it. Owned by
 * the task thread.
 */
final class LiveStream {
  /** How many idle timeouts a stream that sends only comments may take until its first status. */
  private static final int IDLE_TIMEOUTS_WITHOUT_STATUS = 10;

  final ActiveWatch watch;

  private final StatusStream stream;

  /** Null if the watch wants no logs. */
  private final LogAlignment alignment;

  private final LongSupplier nanoClock;
  private boolean hasStatus;
  private String unknownLastStatus;
  private boolean malformed;
  private long malformedSince;

  /**
   * Starts with a stream that is being opened.
   *
   * @param logs the log lines published so far, or null if the watch wants no logs
   */
  LiveStream(ActiveWatch watch, StatusStream stream, LogCursor logs, LongSupplier nanoClock) {
    this.watch = watch;
    this.stream = stream;
    this.alignment = logs == null ? null : new LogAlignment(logs);
    this.nanoClock = nanoClock;
  }

  /** When its opening started: nano time. */
  long startedAt() {
    return stream.startedAt();
  }

  /** Whether fal has opened it. */
  boolean isOpen() {
    return stream.isOpen();
  }

  /** Whether it still waits for its turn to open. */
  boolean isWaitingToOpen() {
    return !stream.hasStarted();
  }

  /** A status arrived. */
  void onStatus(StatusUpdate update) {
    hasStatus = true;
    malformed = false;
    boolean isUnknown = update.phase() == RequestPhase.UNKNOWN;
    unknownLastStatus = isUnknown ? update.status() : null;
    if (!isUnknown) {
      watch.history.forgetUnknownEnd();
    }
  }

  /**
   * The last status of an event stream if it is not known here, else null. A plain answer to the
   * request for a stream is not an end of one.
   */
  String unknownLastStatus() {
    return stream.isOpen() ? unknownLastStatus : null;
  }

  /**
   * Why the stream ended; null if nothing is wrong: the server ended it after a status.
   *
   * @param failure why the stream ended, or null if the server ended it cleanly
   */
  FalFailure judgeEnd(FalFailure failure) {
    return failure == null && !hasStatus ? FailureClassifier.judgeStreamWithoutStatus() : failure;
  }

  /** The log lines of a status that were not published before; counts them as published. */
  List<LogLine> newLogLines(StatusUpdate update) {
    return alignment == null ? List.of() : alignment.selectNew(update.logs());
  }

  /** The log lines published so far, or null if the watch wants no logs. */
  LogCursor publishedLogs() {
    return alignment == null ? null : alignment.cursor();
  }

  /** An event arrived that is not a status. From the first one on the next status is due. */
  void onMalformedEvent() {
    if (!malformed) {
      malformed = true;
      malformedSince = nanoClock.getAsLong();
    }
  }

  /**
   * Cuts the stream if nothing arrives. The stream's own thread notes what arrives, so signals that
   * are not handled yet do not matter. A stream that waits for this side is left alone.
   */
  void cutIfSilent(Duration idleTimeout) {
    boolean isSilent = nanoClock.getAsLong() - stream.lastActivity() >= idleTimeout.toNanos();
    if (!stream.isWaiting() && isSilent) {
      stream.cut(Cause.SILENT, "silent for " + idleTimeout.toMillis() + " ms");
    }
  }

  /**
   * Cuts the stream if it sends only events that are not statuses, or only comments. A stream that
   * has been alive for the idle timeout ends the time in which its watch has been failing. A stream
   * that waits for this side is left alone. All that has arrived has to be handled before.
   */
  void cutIfWithoutStatus(Duration idleTimeout) {
    if (stream.isWaiting()) {
      return;
    }
    long now = nanoClock.getAsLong();
    long idleNanos = idleTimeout.toNanos();
    if (stream.isOpen() && !malformed && stream.lastActivity() - stream.startedAt() >= idleNanos) {
      watch.history.onAlive();
    }
    if (malformed && now - malformedSince >= idleNanos) {
      stream.cut(Cause.SILENT, "told no status for " + idleTimeout.toMillis() + " ms");
    } else if (!hasStatus
        && !malformed
        && now - stream.startedAt() >= idleNanos * IDLE_TIMEOUTS_WITHOUT_STATUS) {
      // Alive, so the watch does not fail. A new stream starts with the present status.
      stream.cut(Cause.ENDED, "told nothing yet");
    }
  }
}
