// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Measures one open session: how long it has been open and idle, and whether an answer is overdue.
 * Only the delivery thread uses it.
 */
final class SessionTimes {
  /**
   * After this time with an unanswered input, or after this time open, a session counts as good.
   */
  private static final Duration PROBATION = Duration.ofSeconds(1);

  private final UnansweredInputs unanswered;
  private final Duration firstResultTimeout;
  private final Duration resultTimeout;
  private final Duration idleTimeout;
  private final LongSupplier nanoClock;
  private long openedAt;
  private long idleSince;

  /** Whether the app has answered on this session: then its runner is not cold any more. */
  private boolean answered;

  /** Whether every input that was sent on the session is of a partition that was taken away. */
  private boolean onlyLateOutputs;

  /**
   * For one session after another.
   *
   * @param firstResultTimeout how long the first input of a session may wait for its answer
   * @param resultTimeout how long every other input may wait when it is the oldest one
   * @param idleTimeout how long a session stays open with nothing to send
   * @param nanoClock {@code System::nanoTime} outside tests
   */
  SessionTimes(
      UnansweredInputs unanswered,
      Duration firstResultTimeout,
      Duration resultTimeout,
      Duration idleTimeout,
      LongSupplier nanoClock) {
    this.unanswered = unanswered;
    this.firstResultTimeout = firstResultTimeout;
    this.resultTimeout = resultTimeout;
    this.idleTimeout = idleTimeout;
    this.nanoClock = nanoClock;
  }

  /** The session is open. */
  void onOpened() {
    openedAt = nanoClock.getAsLong();
    idleSince = openedAt;
    answered = false;
  }

  /** There is a new input to send. */
  void onInput() {
    onlyLateOutputs = false;
  }

  /** Inputs wait to be sent, or for their answers. */
  void onUse() {
    idleSince = nanoClock.getAsLong();
  }

  /** An output was read. It does not keep a session open that only has late outputs. */
  void onOutput() {
    answered = true;
    idleSince = onlyLateOutputs ? idleSince : nanoClock.getAsLong();
  }

  /** From now on only outputs of inputs that are finished can come. */
  void onOnlyLateOutputs() {
    onlyLateOutputs = true;
    idleSince = nanoClock.getAsLong();
  }

  /**
   * Whether the session was open for so long that the app must have taken its inputs. Only where
   * inputs are finished when they are sent, so that no answer shows it.
   */
  boolean hasOutlastedAnswers() {
    return unanswered.mayHaveLateOutputs() && passed(openedAt, resultTimeout);
  }

  /** Whether an input has been unanswered for so long that the session must be working. */
  boolean isWorking() {
    return unanswered.oldestWait() >= PROBATION.toNanos();
  }

  /** Whether the session was open for long enough to be a good one, used or not. */
  boolean isPastProbation() {
    return passed(openedAt, PROBATION);
  }

  /** Whether the oldest input has waited for its answer for too long, on all sessions together. */
  boolean isAnswerOverdue() {
    return !unanswered.isEmpty() && unanswered.oldestWaitInAll() >= answerLimit().toNanos();
  }

  /** How long the oldest input may wait for its answer. */
  Duration answerLimit() {
    return answered ? resultTimeout : firstResultTimeout;
  }

  /** Whether the session has had nothing to do for long enough to be closed. */
  boolean isIdle() {
    return passed(idleSince, idleTimeout);
  }

  private boolean passed(long since, Duration limit) {
    return nanoClock.getAsLong() - since >= limit.toNanos();
  }
}
