// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.queue.StatusStream;
import io.falconnect.fal.queue.StatusStreams;
import io.falconnect.source.state.LogAlignment;
import io.falconnect.source.state.LogCursor;
import io.falconnect.source.state.WatchState;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The streams of a task's watches: opens them, watches over their liveness, and lets those that are
 * done close by themselves. Owned by the task thread; never waits.
 */
public final class LiveStreams {
  private static final long DRAIN_NANOS = Duration.ofSeconds(1).toNanos();

  /** How many idle timeouts a stream may take until it tells its first status. */
  private static final int MUTE = 10;

  private final StatusStreams streams;
  private final int maxOpen;
  private final Duration idleTimeout;
  private final Map<StatusStream, Live> live = new HashMap<>();
  private final Map<ActiveWatch, StatusStream> byWatch = new HashMap<>();
  private final Map<StatusStream, Long> draining = new HashMap<>();

  /** What is known of one open stream. */
  static final class Live {
    final ActiveWatch watch;

    /** Null where the watch wants no logs. */
    final LogAlignment alignment;

    private final StatusStream stream;
    private boolean told;
    private boolean garbled;
    private long garbledSince;

    private Live(ActiveWatch watch, StatusStream stream, LogCursor logs) {
      this.watch = watch;
      this.stream = stream;
      this.alignment = logs == null ? null : new LogAlignment(logs);
    }

    /** A status was told on it. */
    void told() {
      told = true;
      garbled = false;
    }

    boolean wasTold() {
      return told;
    }

    /** Something was told that is no status: the next one is due, however often that happens. */
    void garbled(long now) {
      if (!garbled) {
        garbled = true;
        garbledSince = now;
      }
    }

    /** How long a status has been due because something else came; zero where none is. */
    private long overdue(long now) {
      return garbled ? now - garbledSince : 0;
    }

    /** For how long it has been open and told nothing at all but that it is alive. */
    private long mute(long now) {
      return told || garbled ? 0 : now - stream.begunAt();
    }
  }

  public LiveStreams(StatusStreams streams, int maxOpen, Duration idleTimeout) {
    this.streams = streams;
    this.maxOpen = maxOpen;
    this.idleTimeout = idleTimeout;
  }

  boolean mayOpen() {
    return live.size() < maxOpen;
  }

  /** How many watches have a stream that fal has opened. */
  int countOpen() {
    return (int) live.keySet().stream().filter(StatusStream::isOpen).count();
  }

  void open(ActiveWatch watch) {
    WatchState state = watch.state();
    StatusStream stream = streams.open(state.request(), state.logs() != null);
    live.put(stream, new Live(watch, stream, state.logs()));
    byWatch.put(watch, stream);
  }

  /** Null where the stream is not wanted any more. */
  Live get(StatusStream stream) {
    return live.get(stream);
  }

  /** The stream is over; null where it was not wanted any more. */
  Live ended(StatusStream stream) {
    draining.remove(stream);
    Live ended = live.remove(stream);
    if (ended != null) {
      byWatch.remove(ended.watch);
    }
    return ended;
  }

  /**
   * The watch needs no more of its stream. The server closes a stream after its last event, and its
   * connection can then serve another, so the stream is cut only if the server does not.
   */
  void finish(ActiveWatch watch, long now) {
    StatusStream stream = release(watch);
    if (stream != null) {
      draining.put(stream, now);
    }
  }

  /** The watch wants no more of its stream. */
  void cut(ActiveWatch watch) {
    StatusStream stream = release(watch);
    if (stream != null) {
      stream.cut(Cause.ENDED, "the watch is over");
    }
  }

  private StatusStream release(ActiveWatch watch) {
    StatusStream stream = byWatch.remove(watch);
    live.remove(stream);
    return stream;
  }

  /**
   * Cuts streams that are silent, and those that go on without telling a status. One that waits for
   * this side is left alone.
   */
  void sweep(long now) {
    long idle = idleTimeout.toNanos();
    live.forEach(
        (stream, state) -> {
          if (stream.isWaiting()) {
            return;
          }
          if (now - stream.lastActivity() >= idle) {
            stream.cut(Cause.SILENT, "silent for " + idleTimeout.toMillis() + " ms");
          } else if (state.overdue(now) >= idle) {
            stream.cut(Cause.SILENT, "told no status for " + idleTimeout.toMillis() + " ms");
          } else if (state.mute(now) >= idle * MUTE) {
            // Alive, so the watch does not fail; but fal tells whoever connects how things stand.
            stream.cut(Cause.ENDED, "told nothing yet");
          }
        });
    draining.forEach(
        (stream, since) -> {
          if (now - since >= DRAIN_NANOS) {
            stream.cut(Cause.ENDED, "not closed after its last event");
          }
        });
  }

  /** Cuts every stream. */
  void abort() {
    live.keySet().forEach(stream -> stream.cut(Cause.ENDED, "the task stops"));
    draining.keySet().forEach(stream -> stream.cut(Cause.ENDED, "the task stops"));
    live.clear();
    byWatch.clear();
    draining.clear();
  }
}
