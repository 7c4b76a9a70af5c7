// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.fal.failure.Backoff;
import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.failure.FalFailure.Whose;
import io.falconnect.source.state.Ending;
import io.falconnect.source.state.Outcome;
import io.falconnect.source.watch.WatchPolicy.Decision;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class WatchPolicyTest {
  private static final Duration TIMEOUT = Duration.ofMinutes(10);
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofMillis(500), Duration.ofSeconds(30));
  private static final WatchPolicy POLICY = new WatchPolicy(BACKOFF, Optional.of(TIMEOUT));
  private static final WatchPolicy NEVER = new WatchPolicy(BACKOFF, Optional.empty());

  private long now;
  private AttemptHistory history = newHistory();

  private AttemptHistory newHistory() {
    return new AttemptHistory(() -> now);
  }

  /**
   * What follows an attempt that ends at a time.
   *
   * @param retryMillis what {@code retry:} said, or -1
   * @param at nano time
   */
  private Decision decide(WatchPolicy policy, FalFailure failure, long retryMillis, long at) {
    now = at;
    Duration asked = retryMillis < 0 ? null : Duration.ofMillis(retryMillis);
    return policy.afterAttempt(history, failure, Optional.ofNullable(asked));
  }

  /**
   * One attempt.
   *
   * @param lasting how long, in ms
   * @param healthy whether a status was told at its end
   * @param clean whether it ended cleanly
   * @param retryAfter seconds, or null
   * @param retryMillis what {@code retry:} said, or -1
   */
  private record Attempt(
      long lasting, boolean healthy, boolean clean, Long retryAfter, long retryMillis) {
    FalFailure failure() {
      return clean && healthy
          ? null
          : new FalFailure(
              Whose.NOBODY,
              Cause.CONNECTION,
              "trouble",
              0,
              null,
              retryAfter == null ? null : Duration.ofSeconds(retryAfter));
    }
  }

  @Property
  void givesUpAfterTheTimeoutWithoutABreakAndWaitsNoLongerThanWhatIsLeft(
      @ForAll("attempts") List<Attempt> attempts, @ForAll long start) {
    history = newHistory();
    now = start;
    Long failingSince = null;
    for (Attempt attempt : attempts) {
      history.startAttempt(now);
      now += Duration.ofMillis(attempt.lasting).toNanos();
      if (attempt.healthy) {
        history.onStatus(true);
        failingSince = null;
      }
      if (attempt.failure() != null && failingSince == null) {
        failingSince = now;
      }
      Decision decision = decide(POLICY, attempt.failure(), attempt.retryMillis, now);
      Duration failed = failingSince == null ? Duration.ZERO : Duration.ofNanos(now - failingSince);
      if (failed.compareTo(TIMEOUT) >= 0) {
        assertThat(decision).isInstanceOf(Decision.End.class);
        assertThat(((Decision.End) decision).ending().outcome()).isEqualTo(Outcome.ABANDONED);
        assertThat(((Decision.End) decision).ending().reason()).contains("600000 ms", "trouble");
        return;
      }
      Duration delay = ((Decision.Retry) decision).delay();
      assertThat(delay.isNegative()).isFalse();
      boolean asked = attempt.retryAfter != null && attempt.retryAfter > 0;
      Duration told = Duration.ofMillis(Math.max(0, attempt.retryMillis));
      if (failingSince != null && attempt.failure() != null && asked) {
        assertSpread(delay, Duration.ofSeconds(Math.min(3600, attempt.retryAfter)));
      } else if (failingSince != null && told.compareTo(TIMEOUT.minus(failed)) <= 0) {
        assertThat(delay).isLessThanOrEqualTo(TIMEOUT.minus(failed));
      }
      now += delay.toNanos();
    }
  }

  @Property
  void retryAfterWins(@ForAll @LongRange(min = 1, max = 3600) long seconds, @ForAll long at) {
    history = newHistory();
    Duration asked = Duration.ofSeconds(seconds);
    FalFailure failure = new FalFailure(Whose.NOBODY, Cause.UNAVAILABLE, "busy", 503, null, asked);
    assertSpread(delay(decide(NEVER, failure, 7, at)), asked);
  }

  @Property
  void whatFalAskedForIsNotShortenedAndOneAttemptFollowsIt(
      @ForAll @LongRange(min = 1, max = 3600) long seconds,
      @ForAll @LongRange(max = 599_999) long failed,
      @ForAll boolean byHeader) {
    history = newHistory();
    now = 0;
    history.onFailure();
    Duration asked = Duration.ofSeconds(seconds);
    FalFailure failure =
        new FalFailure(Whose.NOBODY, Cause.UNAVAILABLE, "busy", 503, null, byHeader ? asked : null);
    long at = Duration.ofMillis(failed).toNanos();
    long retryMillis = byHeader ? -1 : asked.toMillis();
    Duration delay = delay(decide(POLICY, failure, retryMillis, at));
    if (byHeader) {
      assertSpread(delay, asked);
    } else {
      assertThat(delay).isEqualTo(asked);
    }
    long then = at + delay.toNanos();
    assertThat(decide(POLICY, failure, retryMillis, then))
        .isInstanceOf(then < TIMEOUT.toNanos() ? Decision.Retry.class : Decision.End.class);
  }

  @Test
  void theServersRetryHoldsUntilAnotherIsTold() {
    assertThat(reconnectDelayAfter(-1)).isEmpty();
    assertThat(reconnectDelayAfter(7_000)).hasValue(Duration.ofSeconds(7));
    assertThat(reconnectDelayAfter(-1)).hasValue(Duration.ofSeconds(7));
    assertThat(reconnectDelayAfter(0)).hasValue(Duration.ZERO);
    assertThat(reconnectDelayAfter(-1)).hasValue(Duration.ZERO);
  }

  private Optional<Duration> reconnectDelayAfter(long retryMillis) {
    history.noteReconnectDelay(retryMillis);
    return history.reconnectDelay();
  }

  @Test
  void aWaitIsAnHourAtMost() {
    FalFailure failure =
        new FalFailure(Whose.NOBODY, Cause.UNAVAILABLE, "busy", 503, null, Duration.ofDays(1));
    assertSpread(delay(decide(NEVER, failure, -1, 0)), Duration.ofHours(1));
  }

  @Test
  void retryAfterNothingDoesNotMakeABusyLoop() {
    FalFailure failure =
        new FalFailure(Whose.NOBODY, Cause.UNAVAILABLE, "busy", 503, null, Duration.ZERO);
    for (int i = 1; i <= 20; i++) {
      history.startAttempt(0);
      assertThat(delay(decide(NEVER, failure, 0, 1)))
          .isGreaterThanOrEqualTo(i == 1 ? Duration.ZERO : Duration.ofMillis(250));
    }
    assertThat(delay(decide(NEVER, failure, -1, 1))).isGreaterThanOrEqualTo(Duration.ofSeconds(15));
  }

  @Test
  void theServersRetryHoldsOnceAndThenTheLongerOfBoth() {
    FalFailure cut = new FalFailure(Whose.NOBODY, Cause.CONNECTION, "cut");
    assertThat(delay(decide(NEVER, cut, 20, 1))).isEqualTo(Duration.ofMillis(20));
    assertThat(delay(decide(NEVER, cut, 20, 1))).isGreaterThan(Duration.ofMillis(20));
    assertThat(delay(decide(NEVER, cut, 90_000, 1))).isEqualTo(Duration.ofSeconds(90));
  }

  @Test
  void newsAndLastingAttemptsMakeTheNextWaitShortAgain() {
    FalFailure cut = new FalFailure(Whose.NOBODY, Cause.CONNECTION, "cut");
    for (int i = 0; i < 20; i++) {
      decide(NEVER, cut, -1, 1);
    }
    assertThat(delay(decide(NEVER, cut, -1, 1))).isGreaterThan(Duration.ofSeconds(10));
    history.onStatus(false);
    assertThat(delay(decide(NEVER, cut, -1, 1))).isGreaterThan(Duration.ofSeconds(10));
    history.onStatus(true);
    assertThat(delay(decide(NEVER, cut, -1, 1))).isLessThan(Duration.ofSeconds(1));
    for (int i = 0; i < 20; i++) {
      decide(NEVER, cut, -1, 1);
    }
    long lasting = Duration.ofSeconds(30).toNanos() + 1;
    assertThat(delay(decide(NEVER, cut, -1, lasting))).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void aHealthyEndIsNeverGivenUp() {
    history.onFailure();
    assertThat(decide(POLICY, null, -1, TIMEOUT.toNanos() * 2)).isInstanceOf(Decision.Retry.class);
  }

  @Test
  void whatIsNotFalsDoingIsNeverGivenUp() {
    for (Cause cause : List.of(Cause.NOT_TAKEN, Cause.ENDED)) {
      history = newHistory();
      FalFailure own = new FalFailure(Whose.NOBODY, cause, "slow");
      assertThat(decide(POLICY, own, -1, 0)).isInstanceOf(Decision.Retry.class);
      assertThat(decide(POLICY, own, -1, TIMEOUT.toNanos() * 2)).isInstanceOf(Decision.Retry.class);
      FalFailure cut = new FalFailure(Whose.NOBODY, Cause.CONNECTION, "cut");
      assertThat(decide(POLICY, cut, -1, TIMEOUT.toNanos() * 2)).isInstanceOf(Decision.Retry.class);
    }
  }

  @Test
  void whatSaysNothingAboutTheRequestEndsNothing() {
    for (Cause cause : List.of(Cause.RATE_LIMIT, Cause.LOCAL_LIMIT)) {
      history = newHistory();
      FalFailure cut = new FalFailure(Whose.NOBODY, Cause.CONNECTION, "cut");
      decide(POLICY, cut, -1, 0);
      FalFailure limit = new FalFailure(Whose.NOBODY, cause, "too many");
      long late = TIMEOUT.toNanos() * 2;
      assertThat(decide(POLICY, limit, -1, late)).isInstanceOf(Decision.Retry.class);
      assertThat(decide(POLICY, cut, -1, late)).isInstanceOf(Decision.Retry.class);
    }
  }

  @Test
  void anErrorOfAResultThatLastsIsTheRequestsOwn() {
    FalFailure error =
        new FalFailure(Whose.REQUEST_FOR_NOW, Cause.UNAVAILABLE, "oh", 500, "a_type", null);
    assertThat(decide(POLICY, error, -1, 0)).isInstanceOf(Decision.Retry.class);
    FalFailure cut = new FalFailure(Whose.NOBODY, Cause.CONNECTION, "cut");
    assertThat(decide(POLICY, cut, -1, 1)).isInstanceOf(Decision.Retry.class);
    long start = Duration.ofSeconds(1).toNanos();
    assertThat(decide(POLICY, error, -1, start)).isInstanceOf(Decision.Retry.class);
    long soon = start + Duration.ofSeconds(9).toNanos();
    assertThat(decide(POLICY, error, -1, soon)).isInstanceOf(Decision.Retry.class);
    assertThat(decide(POLICY, error, -1, soon)).isInstanceOf(Decision.Retry.class);
    assertThat(decide(POLICY, error, -1, start + Duration.ofSeconds(10).toNanos()))
        .isEqualTo(new Decision.End(new Ending(Outcome.FAILED, 500, "oh", "a_type")));
  }

  private static void assertSpread(Duration delay, Duration asked) {
    Duration most = asked.plus(asked.dividedBy(4)).plus(BACKOFF.base());
    assertThat(delay).isBetween(asked, most);
  }

  @Test
  void aPauseDoesNotCount() {
    FalFailure busy = new FalFailure(Whose.NOBODY, Cause.UNAVAILABLE, "busy", 503, null, null);
    decide(POLICY, busy, -1, 0);
    history.excludePause(TIMEOUT);
    assertThat(decide(POLICY, busy, -1, TIMEOUT.toNanos() * 2 - 1))
        .isInstanceOf(Decision.Retry.class);
    Decision last = decide(POLICY, busy, -1, TIMEOUT.toNanos() * 2);
    assertThat(((Decision.End) last).ending().httpStatus()).isEqualTo(503);
  }

  @Test
  void otherFailuresAreDecidedAtOnce() {
    assertThat(
            decide(
                POLICY,
                new FalFailure(Whose.REQUEST_FOR_GOOD, Cause.NOT_FOUND, "gone", 404, null, null),
                -1,
                0))
        .isEqualTo(new Decision.End(new Ending(Outcome.NOT_FOUND, 404, "gone")));
    assertThat(
            decide(
                POLICY,
                new FalFailure(Whose.REQUEST_FOR_GOOD, Cause.REJECTED, "bad", 422, null, null),
                -1,
                0))
        .isEqualTo(new Decision.End(new Ending(Outcome.ABANDONED, 422, "bad")));
    assertThat(
            decide(
                POLICY,
                new FalFailure(Whose.REQUEST_FOR_GOOD, Cause.REJECTED, "late", 504, "a_type", null),
                -1,
                0))
        .isEqualTo(new Decision.End(new Ending(Outcome.ABANDONED, 504, "late", "a_type")));
  }

  @Test
  void aRefusalEndsNoWatchByItself() {
    FalFailure refusal = new FalFailure(Whose.ACCOUNT, Cause.DENIED, "locked", 403, null, null);
    for (long at : List.of(0L, TIMEOUT.toNanos() * 2)) {
      assertThat(decide(POLICY, refusal, -1, at)).isEqualTo(new Decision.AwaitAccess());
    }
    FalFailure cut = new FalFailure(Whose.NOBODY, Cause.CONNECTION, "cut");
    assertThat(decide(POLICY, cut, -1, TIMEOUT.toNanos() * 3)).isInstanceOf(Decision.Retry.class);
    assertThat(WatchPolicy.onOwnRefusal(refusal, false))
        .isEqualTo(new Ending(Outcome.DENIED, 403, "locked"));
    assertThat(WatchPolicy.onOwnRefusal(refusal, true))
        .isEqualTo(new Ending(Outcome.FAILED, 403, "locked"));
  }

  @Test
  void withoutATimeoutNothingIsGivenUp() {
    FalFailure cut = new FalFailure(Whose.NOBODY, Cause.CONNECTION, "cut");
    decide(NEVER, cut, -1, 0);
    assertThat(decide(NEVER, cut, -1, Duration.ofDays(1000).toNanos()))
        .isInstanceOf(Decision.Retry.class);
  }

  @Provide
  Arbitrary<List<Attempt>> attempts() {
    return Combinators.combine(
            Arbitraries.longs().between(0, 200_000),
            Arbitraries.of(true, false, false, false),
            Arbitraries.of(true, false),
            Arbitraries.longs().between(0, 100_000).injectNull(0.7),
            Arbitraries.longs().between(-1, 1_000))
        .as(Attempt::new)
        .list()
        .ofMaxSize(30);
  }

  private static Duration delay(Decision decision) {
    return ((Decision.Retry) decision).delay();
  }
}
