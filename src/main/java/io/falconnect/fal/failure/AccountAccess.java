// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.failure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Decides whose a refusal is, which is a failure of {@link FalFailure.Whose#ACCOUNT}: the refused
 * request's own if fal takes other requests of the task, else the account's. All connectors use it.
 * Used by one thread.
 *
 * <p>The first refusal is in doubt. Other requests are then tried, one at a time:
 *
 * <ul>
 *   <li>If fal takes one that was started after the refusal, the refused request is tried once
 *       more. If fal refuses it again, the refusal is its own.
 *   <li>If there is no other request to try, what fal took within the last minute decides.
 *   <li>If fal refuses several in a row, the refusals are the account's.
 * </ul>
 *
 * <p>While the account is refused, one request at a time is tried, with a backoff, until fal takes
 * one. Then all refused requests are released, and judged anew if fal refuses them again.
 *
 * @param <R> a request; its text is in the reason for which a task fails
 */
public final class AccountAccess<R> {
  private static final Duration MAX_DOUBT = Duration.ofSeconds(10);

  /** So many other requests are tried until the refusals count as the account's. */
  private static final int MAX_TRIED = 3;

  /** So many refusals in a row are the account's, even while fal has not answered others. */
  private static final int MANY = 16;

  private final boolean tolerant;
  private final Optional<Duration> retryTimeout;
  private final LongSupplier nanoClock;
  private final Acceptances<R> acceptances;
  private final Probe<R> probe;

  /** The requests that fal has not answered yet, and when they were started: nano time. */
  private final Map<R, Long> unanswered = new HashMap<>();

  private final RefusedRequests<R> refused = new RefusedRequests<>();

  /** What is still to be told. */
  private final List<Consumer<AccountRulings<R>>> rulings = new ArrayList<>();

  private State state = State.OPEN;
  private long since;

  /** How many requests were refused without a new one taken in between, the last a minute ago. */
  private int refusedInRow;

  private long lastRefusedAt;
  private R lastRefused;
  private FalFailure lastRefusal;

  private enum State {
    /** Nothing is refused. */
    OPEN,
    /** A request is refused, and others are tried. */
    IN_DOUBT,
    /** The account is refused. */
    REFUSED,
    /** The account is refused, and the task has to fail. */
    FAILED
  }

  /**
   * Nothing was started yet.
   *
   * @param tolerant whether a refused account is waited for, or fails the task at once
   * @param backoff the wait between attempts while the account is refused
   * @param retryTimeout how long the account may be refused; empty without a limit
   * @param nanoClock {@code System::nanoTime} outside tests
   */
  public AccountAccess(
      boolean tolerant, Backoff backoff, Optional<Duration> retryTimeout, LongSupplier nanoClock) {
    this.tolerant = tolerant;
    this.retryTimeout = retryTimeout;
    this.nanoClock = nanoClock;
    this.acceptances = new Acceptances<>(nanoClock);
    this.probe = new Probe<>(backoff, nanoClock);
  }

  /** Whether nothing is refused, so that any number of requests may start. */
  public boolean isOpen() {
    return state == State.OPEN;
  }

  /** Whether one request may start now. */
  public boolean mayStart() {
    return switch (state) {
      case OPEN -> true;
      case IN_DOUBT -> probe.isNone();
      case REFUSED -> probe.isDue();
      case FAILED -> false;
    };
  }

  /** Whether a refusal is in doubt, and every request that was started is answered. */
  public boolean needsOther() {
    return state == State.IN_DOUBT && unanswered.isEmpty();
  }

  /**
   * The refused request to try next, if no other request can be tried; null if none is to be tried
   * again now.
   */
  public R nextRefused() {
    return state == State.REFUSED ? refused.oldest() : null;
  }

  /** A request is started. */
  public void onStart(R request) {
    refused.remove(request);
    unanswered.put(request, nanoClock.getAsLong());
    if (state != State.OPEN) {
      probe.start(request);
    }
  }

  /** fal has taken a request, or goes on with one that it took before. */
  public void onAccepted(R request) {
    Long startedAt = unanswered.get(request);
    onAccepted(request, startedAt == null ? since : startedAt);
  }

  /**
   * fal has taken a request, or goes on with one that it took before.
   *
   * @param startedAt when the request was started: nano time
   */
  public void onAccepted(R request, long startedAt) {
    boolean isFirstAnswer = unanswered.remove(request) != null;
    acceptances.add(request);
    refused.clearSuspicion(request);
    probe.end(request);
    if (isFirstAnswer) {
      refusedInRow = 0;
    }
    if (startedAt - since > 0 && state == State.IN_DOUBT) {
      refused.suspectThoseBefore(startedAt);
      refused.removeAll(this::release);
      open();
    } else if (startedAt - since > 0 && state == State.REFUSED) {
      refused.removeAll(this::release);
      rulings.add(AccountRulings::onAccountAccepted);
      open();
    }
  }

  private void ruleOwn(R request, FalFailure failure) {
    refused.clearSuspicion(request);
    rulings.add(receiver -> receiver.onOwnRefusal(request, failure));
  }

  private void release(R request) {
    rulings.add(receiver -> receiver.onReleased(request));
  }

  private void open() {
    state = State.OPEN;
    probe.reset();
  }

  /** fal has refused a request. Its caller does not start it again until it is told to. */
  public void onRefused(R request, FalFailure failure) {
    long now = nanoClock.getAsLong();
    unanswered.remove(request);
    acceptances.remove(request);
    if (state == State.OPEN && refused.isSuspect(request)) {
      ruleOwn(request, failure);
      return;
    }
    refused.add(request, failure, now);
    if (state == State.OPEN) {
      refusedInRow = now - lastRefusedAt < Acceptances.RECENT_NANOS ? refusedInRow : 0;
      state = State.IN_DOUBT;
      since = now;
    }
    refusedInRow++;
    lastRefusedAt = now;
    lastRefused = request;
    lastRefusal = failure;
    boolean wasProbe = probe.end(request);
    if (state == State.REFUSED && wasProbe) {
      probe.onRefused(failure.retryAfter());
      rulings.add(receiver -> receiver.onAccountRefused(failure));
    }
  }

  /** A request has ended, and fal has neither taken nor refused it. */
  public void onEnd(R request) {
    unanswered.remove(request);
    if (probe.end(request)) {
      probe.delayNext();
    }
  }

  /** A request is not wanted any more. */
  public void forget(R request) {
    refused.remove(request);
    refused.clearSuspicion(request);
    onEnd(request);
  }

  /** Excludes a time in which no request could be started from the time since the refusal. */
  public void excludePause(Duration pause) {
    since += pause.toNanos();
  }

  /**
   * Decides what is due, and tells what was decided. To be called several times a second.
   *
   * @param canTryOther whether there is a request to try that was not refused
   */
  public void settle(boolean canTryOther, AccountRulings<R> receiver) {
    if (state == State.IN_DOUBT && isDoubtOver(canTryOther)) {
      decide();
    }
    if (state == State.REFUSED && probe.isNone()) {
      retryTimeout.filter(limit -> elapsed() >= limit.toNanos()).ifPresent(this::giveUp);
    }
    if (!rulings.isEmpty()) {
      List<Consumer<AccountRulings<R>>> due = List.copyOf(rulings);
      rulings.clear();
      due.forEach(ruling -> ruling.accept(receiver));
    }
  }

  private long elapsed() {
    return nanoClock.getAsLong() - since;
  }

  private boolean isDoubtOver(boolean canTryOther) {
    boolean hasAnswers = unanswered.isEmpty();
    return hasAnswers && (!canTryOther || refusedInRow > MAX_TRIED)
        || refusedInRow >= MANY
        || elapsed() >= MAX_DOUBT.toNanos();
  }

  private void decide() {
    if (refusedInRow <= MAX_TRIED && acceptances.hasRecent()) {
      refused.removeAll(this::ruleOwn);
      open();
    } else if (tolerant) {
      state = State.REFUSED;
      probe.onRefused(lastRefusal.retryAfter());
      FalFailure failure = lastRefusal;
      rulings.add(receiver -> receiver.onAccountRefused(failure));
    } else {
      failTask("fal refused " + lastRefused + ": " + lastRefusal.reason());
    }
  }

  private void giveUp(Duration limit) {
    String last = lastRefused + ": " + lastRefusal.reason();
    failTask(
        "fal has refused this task for more than " + limit.toMillis() + " ms, at last " + last);
  }

  private void failTask(String reason) {
    state = State.FAILED;
    rulings.add(receiver -> receiver.onTaskRefused(reason));
  }
}
