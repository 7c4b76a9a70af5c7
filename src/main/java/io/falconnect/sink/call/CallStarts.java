// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.call;

import io.falconnect.fal.failure.AccountAccess;
import io.falconnect.fal.failure.AccountRulings;
import io.falconnect.sink.delivery.InFlightInput;
import io.falconnect.sink.delivery.UncommittedInputs;
import io.falconnect.sink.input.Input;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Decides which input is posted next, and whether one may be: the order of keys, the inputs in
 * flight, those that are not committed, waits, and whether fal refuses the account. Knows no clock:
 * nano times are arguments. Only the delivery thread uses it.
 */
final class CallStarts {
  private final KeyedQueue queue;
  private final AccountAccess<InFlightInput> access;
  private final CallSlots slots;
  private final UncommittedInputs uncommitted;

  /** Whether no input is started before {@link #pausedUntil}, a nano time. */
  private boolean paused;

  private long pausedUntil;

  CallStarts(
      KeyedQueue queue,
      AccountAccess<InFlightInput> access,
      CallSlots slots,
      UncommittedInputs uncommitted) {
    this.queue = queue;
    this.access = access;
    this.slots = slots;
    this.uncommitted = uncommitted;
  }

  /** Lets the account's state follow from what fal took and refused so far. */
  void settleAccess(AccountRulings<InFlightInput> rulings) {
    access.settle(!access.isOpen() && queue.hasWaiting(mayStartNew()), rulings);
  }

  /** Finds an input that may start now, and takes it out of the queue; null if there is none. */
  InFlightInput findNext(long now) {
    paused = paused && now - pausedUntil < 0;
    if (paused || !access.mayStart()) {
      return null;
    }
    InFlightInput next = queue.nextRetry(now, this::mayRetry);
    if (next == null && mayStartNew()) {
      next = queue.nextReady();
    }
    return next == null ? findRefused() : next;
  }

  private boolean mayStartNew() {
    return slots.isAnyFree() && uncommitted.hasRoom();
  }

  private InFlightInput findRefused() {
    InFlightInput refused = access.nextRefused();
    if (refused == null || !mayRetry(refused)) {
      return null;
    }
    queue.startHeld(refused);
    return refused;
  }

  private boolean mayRetry(InFlightInput input) {
    return !input.isRevoked() && slots.isAvailableTo(input.input());
  }

  /** An input is started. */
  void onStart(InFlightInput input) {
    slots.take(input.input());
    uncommitted.onStart(input.input());
    input.startAttempt();
    access.onStart(input);
  }

  /**
   * Starts no input before that time: fal takes none now. Any that fal took nevertheless would be
   * sent again after a crash, because no offset behind this input can be committed.
   */
  void pauseUntil(long time) {
    pausedUntil = paused && pausedUntil - time > 0 ? pausedUntil : time;
    paused = true;
  }

  /**
   * An input is to be started again at a time.
   *
   * @param keepsSlot whether it is in flight until then
   */
  void retryAt(InFlightInput input, long at, boolean keepsSlot) {
    queue.retryAt(input, at);
    if (!keepsSlot) {
      slots.release(input.input());
    }
  }

  /** A refused input keeps its place in the order of its key, and no slot. */
  void hold(InFlightInput input) {
    queue.hold(input);
    slots.release(input.input());
  }

  /** Nothing is published of an input, and another task starts it again. */
  void drop(InFlightInput input) {
    access.forget(input);
    queue.finish(input);
    slots.release(input.input());
  }

  /** The outcome of an input is known, and Kafka has acknowledged all its records. */
  void onSettled(Input input) {
    slots.release(input);
  }

  /** These offsets are committed: of each partition the next one that is not. */
  void onCommitted(Map<TopicPartition, Long> offsets) {
    uncommitted.onCommitted(offsets);
  }

  boolean wantsCommit() {
    return uncommitted.wantsCommit();
  }

  /** Drops the inputs of revoked partitions, except those that are under way. */
  void dropRevoked() {
    queue.dropRevoked(
        input -> {
          access.forget(input);
          slots.release(input.input());
        });
    uncommitted.dropRevoked();
  }

  /** Frees the slots of all inputs of revoked partitions, because nothing is published of them. */
  void releaseRevoked() {
    slots.dropRevoked();
  }

  /** How many inputs are in flight: started, and not acknowledged by Kafka. */
  int inFlight() {
    return slots.size();
  }
}
