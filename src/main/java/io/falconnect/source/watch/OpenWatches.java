// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import io.falconnect.fal.failure.AccountAccess;
import io.falconnect.fal.queue.FalResult;
import io.falconnect.source.state.Ending;
import io.falconnect.source.state.PartitionLedger;
import io.falconnect.source.state.RequestIdentity;
import io.falconnect.source.state.WatchState;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * The open watches of a task. Each change is made in the ledger first, and then emitted. Owned by
 * the task thread.
 */
final class OpenWatches {
  private final RecordEmitter emitter;
  private final AccountAccess<ActiveWatch> access;
  private final LongSupplier nanoClock;

  /** Within a ledger the oldest watch is the first. */
  private final Map<PartitionLedger, Map<RequestIdentity, ActiveWatch>> byLedger = new HashMap<>();

  private int size;

  /**
   * Starts without a watch.
   *
   * @param access forgets the watches that are closed
   */
  OpenWatches(RecordEmitter emitter, AccountAccess<ActiveWatch> access, LongSupplier nanoClock) {
    this.emitter = emitter;
    this.access = access;
    this.nanoClock = nanoClock;
  }

  /** Adds a watch that is open in its ledger. */
  void add(ActiveWatch watch) {
    byLedger
        .computeIfAbsent(watch.ledger, ledger -> new LinkedHashMap<>())
        .put(watch.identity, watch);
    size++;
  }

  ActiveWatch get(PartitionLedger ledger, RequestIdentity identity) {
    return byLedger.get(ledger).get(identity);
  }

  int size() {
    return size;
  }

  /** Publishes an event; the watch stays open. */
  void publish(ActiveWatch watch, WatchState.Step step) {
    watch.ledger.update(step.after());
    watch.publishedAt = nanoClock.getAsLong();
    emitter.emitStatus(watch, step.event());
  }

  /** Closes a watch with its last event. */
  void closeWithEvent(ActiveWatch watch, WatchState.Step step) {
    close(watch);
    emitter.emitStatus(watch, step.event());
  }

  /** Closes a watch with the result of its request. */
  void closeWithResult(ActiveWatch watch, FalResult result) {
    WatchState state = watch.state();
    close(watch);
    emitter.emitResult(watch, state.request(), result);
  }

  /** Closes a watch with a result record that says why there is no result. */
  void closeWithoutResult(ActiveWatch watch, Ending ending) {
    closeWithResult(
        watch, new FalResult(ending.httpStatus(), null, ending.reason(), ending.errorType()));
  }

  /** Closes a watch that fal has not completed, with a last event. */
  void closeUncompleted(ActiveWatch watch, Ending ending) {
    WatchState state = watch.state();
    close(watch);
    emitter.emitStatus(watch, state.lastEvent(ending, System.currentTimeMillis()));
  }

  private void close(ActiveWatch watch) {
    watch.ledger.close(watch.identity);
    byLedger.get(watch.ledger).remove(watch.identity);
    access.forget(watch);
    size--;
  }

  /** The watches without an outcome that are older than an age. */
  List<ActiveWatch> listOlderThan(Duration age) {
    long now = System.currentTimeMillis();
    return byLedger.values().stream()
        .flatMap(watches -> watches.values().stream())
        .filter(watch -> watch.state().finished() == null)
        .filter(watch -> now - askedAt(watch, now) >= age.toMillis())
        .toList();
  }

  /** A watch of which the time is not stored is as old as the task's work on it. */
  private long askedAt(ActiveWatch watch, long now) {
    long stored = watch.state().askedAt();
    long workedOn = Duration.ofNanos(nanoClock.getAsLong() - watch.since).toMillis();
    return stored > 0 ? stored : now - workedOn;
  }

  /** Since when the oldest watch is at work: nano time. */
  OptionalLong oldestSince() {
    return byLedger.values().stream()
        .filter(watches -> !watches.isEmpty())
        .mapToLong(watches -> watches.values().iterator().next().since)
        .reduce((a, b) -> a - b < 0 ? a : b);
  }

  /** See {@link AttemptHistory#excludePause}. */
  void excludePause(Duration pause) {
    byLedger
        .values()
        .forEach(watches -> watches.values().forEach(watch -> watch.history.excludePause(pause)));
  }
}
