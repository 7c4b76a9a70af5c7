// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.sink.delivery.Drainable;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkTaskContext;

/**
 * Decides when to ask Connect for a commit, when to let the inputs in flight end before one, and
 * which offsets are known to be committed. Only the task thread uses it.
 *
 * <p>Connect does not tell a task that a commit has ended. But it begins no other commit before
 * that, so a commit has ended when the task is asked for the next one.
 */
final class CommitDecision {
  private static final Duration DRAIN_LIMIT = Duration.ofSeconds(2);
  private static final Duration DEAD_LETTER_LIMIT = Duration.ofSeconds(1);
  private static final Duration REQUEST_INTERVAL = Duration.ofMillis(500);

  /** The interval while the delivery wants commits: enough for Kafka to end the one before. */
  private static final Duration SHORT_INTERVAL = Duration.ofMillis(25);

  private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(10);

  /** Commits of the worker itself that come more often count as frequent. */
  private static final Duration FREQUENT = Duration.ofSeconds(1);

  /**
   * Connect gives a commit up after five seconds, unless the worker is configured otherwise, and
   * begins the next one. So only a commit that has ended sooner was taken by Kafka.
   */
  private static final Duration CONFIRMATION_LIMIT = Duration.ofSeconds(4);

  private final boolean drains;
  private final SinkTaskContext context;
  private final Drainable delivery;
  private final LongSupplier nanoClock;

  /** Whether inputs were done since the last commit. */
  private boolean uncommitted;

  /** The offsets of the last commit, until it is known to have ended. */
  private Map<TopicPartition, Long> unconfirmed = Map.of();

  /** The offsets that are known to be committed. */
  private Map<TopicPartition, Long> confirmed = Map.of();

  /** Whether a commit was requested in the last {@code put}, so that the next one is that one. */
  private boolean requested;

  /** Whether Connect was still busy with a commit when another one was requested. */
  private boolean outstanding;

  private boolean drained;
  private long lastCommitAt;

  /** The shortest time after a commit in which Kafka has ended it, as far as is known. */
  private long commitNanos = SHORT_INTERVAL.toNanos();

  private boolean workerCommitsOften;
  private boolean mayBeWorkersOwn;
  private long intervalNanos;

  /**
   * Nothing to commit yet.
   *
   * @param drains whether the inputs in flight end before a commit that may be the last
   * @param nanoClock {@code System::nanoTime} outside tests
   */
  CommitDecision(
      boolean drains, SinkTaskContext context, Drainable delivery, LongSupplier nanoClock) {
    this.drains = drains;
    this.context = context;
    this.delivery = delivery;
    this.nanoClock = nanoClock;
    this.lastCommitAt = nanoClock.getAsLong();
  }

  /** Connect has given records. A commit that was requested comes before that, if it can. */
  void onRecords() {
    resume();
    if (requested) {
      requested = false;
      outstanding = true;
      commitNanos = Math.min(2 * commitNanos, LONGEST_INTERVAL.toNanos());
    }
    if (mayBeWorkersOwn) {
      mayBeWorkersOwn = false;
      workerCommitsOften = intervalNanos < FREQUENT.toNanos();
    }
  }

  /** An input is done: its offset may be committed. */
  void onInputDone() {
    uncommitted = true;
  }

  /** Whether a commit is still to be requested. */
  boolean isRequestPending() {
    return uncommitted
        || workerCommitsOften
        || delivery.wantsCommit() && !unconfirmed.equals(confirmed);
  }

  /** Whether a commit is pending that inputs wait for. */
  boolean isUrgent() {
    return delivery.wantsCommit() && isRequestPending();
  }

  /** Asks Connect for a commit if one is wanted, and the last one is long enough ago. */
  void requestIfDue() {
    boolean soon = workerCommitsOften || delivery.wantsCommit();
    long interval = Math.max(commitNanos, soon ? 0 : REQUEST_INTERVAL.toNanos());
    boolean due = nanoClock.getAsLong() - lastCommitAt >= interval;
    if (due && !outstanding && isRequestPending()) {
      requested = true;
      context.requestCommit();
    }
  }

  /**
   * Prepares a commit. One that was not requested may be the last before partitions are taken away:
   * the next task would send again what is in flight then. So a sink that drains waits for up to
   * two seconds until nothing is in flight, and starts no input until {@link #resume}.
   *
   * @return how long to wait for dead letters that are on their way
   */
  Duration beforeCommit() {
    long now = nanoClock.getAsLong();
    intervalNanos = now - lastCommitAt;
    if (intervalNanos < CONFIRMATION_LIMIT.toNanos() && !unconfirmed.equals(confirmed)) {
      confirmed = unconfirmed;
      delivery.onCommitted(confirmed);
    }
    boolean mayBeLast = !requested;
    mayBeWorkersOwn = mayBeLast && !outstanding;
    if (requested) {
      commitNanos = Math.max(commitNanos - commitNanos / 8, SHORT_INTERVAL.toNanos());
    }
    requested = false;
    outstanding = false;
    if (mayBeLast && drains) {
      delivery.drain(DRAIN_LIMIT);
      drained = true;
    }
    return mayBeLast && drains ? DEAD_LETTER_LIMIT : Duration.ZERO;
  }

  /** Connect commits these offsets now. */
  void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
    Map<TopicPartition, Long> committed = new HashMap<>();
    offsets.forEach((partition, offset) -> committed.put(partition, offset.offset()));
    unconfirmed = committed;
    uncommitted = false;
    lastCommitAt = nanoClock.getAsLong();
  }

  /** Partitions were taken away: the last commit was for that, and may have failed. */
  void onRevoked(Collection<TopicPartition> partitions) {
    mayBeWorkersOwn = false;
    unconfirmed = without(unconfirmed, partitions);
    confirmed = without(confirmed, partitions);
    resume();
  }

  private static Map<TopicPartition, Long> without(
      Map<TopicPartition, Long> offsets, Collection<TopicPartition> partitions) {
    Map<TopicPartition, Long> others = new HashMap<>(offsets);
    others.keySet().removeAll(partitions);
    return others;
  }

  /** Inputs may start again, if they were stopped for a commit. */
  void resume() {
    if (drained) {
      drained = false;
      delivery.resume();
    }
  }
}
