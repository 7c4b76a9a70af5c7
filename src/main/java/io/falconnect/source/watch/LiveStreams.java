// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.queue.StatusStream;
import io.falconnect.fal.queue.StatusStreams;
import io.falconnect.source.state.WatchState;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The streams of a task's watches: opens them, cuts those that are stale, and lets those with a
 * last event close by themselves. Owned by the task thread; never waits.
 */
public final class LiveStreams {
  private static final long DRAIN_NANOS = Duration.ofSeconds(1).toNanos();

  private final StatusStreams streams;
  private final int maxOpen;
  private final Duration idleTimeout;
  private final LongSupplier nanoClock;
  private final Map<StatusStream, LiveStream> live = new HashMap<>();
  private final Map<ActiveWatch, StatusStream> byWatch = new HashMap<>();

  /** Streams that had their last event, and since when: nano time. */
  private final Map<StatusStream, Long> draining = new HashMap<>();

  /**
   * Starts without a stream.
   *
   * @param maxOpen the most streams at once, without those that had their last event
   * @param idleTimeout a stream from which nothing arrives for so long is cut
   * @param nanoClock the time in nanoseconds, {@code System::nanoTime} outside tests
   */
  public LiveStreams(
      StatusStreams streams, int maxOpen, Duration idleTimeout, LongSupplier nanoClock) {
    this.streams = streams;
    this.maxOpen = maxOpen;
    this.idleTimeout = idleTimeout;
    this.nanoClock = nanoClock;
  }

  /**
   * Whether another stream may be opened.
   *
   * @param maxWaiting the most streams that may wait for their turn to open, the new one included
   */
  boolean hasRoom(int maxWaiting) {
    return live.size() < maxOpen && streams.countWaiting() < maxWaiting;
  }

  /** Starts the openings that have become due. */
  void startNext() {
    streams.startNext();
  }

  /** How many watches have a stream that fal has opened. */
  int countOpen() {
    return (int) live.keySet().stream().filter(StatusStream::isOpen).count();
  }

  /** Starts to open a stream for the watch. */
  void open(ActiveWatch watch) {
    WatchState state = watch.state();
    StatusStream stream =
        streams.open(state.request(), state.logs() != null, watch.history.wasUnanswered());
    live.put(stream, new LiveStream(watch, stream, state.logs(), nanoClock));
    byWatch.put(watch, stream);
  }

  /** The stream's watch and state; null if its watch does not need the stream any more. */
  LiveStream get(StatusStream stream) {
    return live.get(stream);
  }

  /** Removes a stream that has ended; null if its watch did not need the stream any more. */
  LiveStream remove(StatusStream stream) {
    draining.remove(stream);
    LiveStream ended = live.remove(stream);
    if (ended != null) {
      byWatch.remove(ended.watch);
    }
    return ended;
  }

  /**
   * Lets the watch's stream close by itself. The server closes a stream after its last event, and
   * the connection can then serve another stream. The stream is cut if the server does not close it
   * within a second.
   */
  void drain(ActiveWatch watch) {
    StatusStream stream = detach(watch);
    if (stream != null) {
      draining.put(stream, nanoClock.getAsLong());
    }
  }

  /** Cuts the watch's stream, if there is one. */
  void cut(ActiveWatch watch) {
    StatusStream stream = detach(watch);
    if (stream != null) {
      stream.cut(Cause.ENDED, "the watch is over");
    }
  }

  /** Cuts the streams that wait for their turn to open, and returns their watches. */
  List<ActiveWatch> takeBackWaiting() {
    List<ActiveWatch> watches =
        live.values().stream()
            .filter(LiveStream::isWaitingToOpen)
            .map(stream -> stream.watch)
            .toList();
    watches.forEach(this::cut);
    return watches;
  }

  /** Whether fal has opened a stream. */
  boolean hasOpen() {
    return live.values().stream().anyMatch(LiveStream::isOpen);
  }

  /** Cuts a stream that fal has opened, and returns its watch; null if there is none. */
  ActiveWatch takeBackOpen() {
    for (LiveStream stream : live.values()) {
      if (stream.isOpen()) {
        cut(stream.watch);
        return stream.watch;
      }
    }
    return null;
  }

  private StatusStream detach(ActiveWatch watch) {
    StatusStream stream = byWatch.remove(watch);
    live.remove(stream);
    return stream;
  }

  /**
   * Cuts every stream that is over although the server has not ended it.
   *
   * @param hasHandledAll whether every status that has arrived is handled
   */
  void cutStale(boolean hasHandledAll) {
    for (LiveStream stream : live.values()) {
      stream.cutIfSilent(idleTimeout);
      if (hasHandledAll) {
        stream.cutIfWithoutStatus(idleTimeout);
      }
    }
    long now = nanoClock.getAsLong();
    draining.forEach(
        (stream, since) -> {
          if (now - since >= DRAIN_NANOS) {
            stream.cut(Cause.ENDED, "not closed after its last event");
          }
        });
  }

  /** Cuts every stream and forgets it. */
  void cutAll() {
    live.keySet().forEach(stream -> stream.cut(Cause.ENDED, "the task stops"));
    draining.keySet().forEach(stream -> stream.cut(Cause.ENDED, "the task stops"));
    live.clear();
    byWatch.clear();
    draining.clear();
  }
}
