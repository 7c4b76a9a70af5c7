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
  private static final WatchPolicy POLICY = new WatchPolicy(BACKOFF, Optional.of(TIMEOUT), false);
  private static final WatchPolicy NEVER = new WatchPolicy(BACKOFF, Optional.empty(), true);

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
    AttemptHistory progress = new AttemptHistory();
    long now = start;
    Long failingSince = null;
    for (Attempt attempt : attempts) {
      progress.started(now);
      now += Duration.ofMillis(attempt.lasting).toNanos();
      if (attempt.healthy) {
        progress.healthy(true);
        failingSince = null;
      }
      if (attempt.failure() != null && failingSince == null) {
        failingSince = now;
      }
      Decision decision = POLICY.decide(progress, attempt.failure(), attempt.retryMillis, now);
      Duration failed = failingSince == null ? Duration.ZERO : Duration.ofNanos(now - failingSince);
      if (failed.compareTo(TIMEOUT) >= 0) {
        assertThat(decision).isInstanceOf(Decision.GiveUp.class);
        assertThat(((Decision.GiveUp) decision).ending().outcome()).isEqualTo(Outcome.ABANDONED);
        assertThat(((Decision.GiveUp) decision).ending().reason()).contains("600000 ms", "trouble");
        return;
      }
      Duration delay = ((Decision.Again) decision).delay();
      assertThat(delay.isNegative()).isFalse();
      boolean asked = attempt.retryAfter != null && attempt.retryAfter > 0;
      Duration told = Duration.ofMillis(Math.max(0, attempt.retryMillis));
      if (failingSince != null && attempt.failure() != null && asked) {
        assertThat(delay).isEqualTo(Duration.ofSeconds(Math.min(3600, attempt.retryAfter)));
      } else if (failingSince != null && told.compareTo(TIMEOUT.minus(failed)) <= 0) {
        assertThat(delay).isLessThanOrEqualTo(TIMEOUT.minus(failed));
      }
      now += delay.toNanos();
    }
  }

  @Property
  void retryAfterWins(@ForAll @LongRange(min = 1, max = 3600) long seconds, @ForAll long now) {
    Duration asked = Duration.ofSeconds(seconds);
    FalFailure failure = new FalFailure(Whose.NOBODY, Cause.UNAVAILABLE, "busy", 503, null, asked);
    assertThat(NEVER.decide(new AttemptHistory(), failure, 7, now))
        .isEqualTo(new Decision.Again(asked));
  }

  @Property
  void whatFalAskedForIsNotShortenedAndOneAttemptFollowsIt(
      @ForAll @LongRange(min = 1, max = 3600) long seconds,
      @ForAll @LongRange(max = 599_999) long failed,
      @ForAll boolean byHeader) {
    AttemptHistory progress = new AttemptHistory();
    progress.failing(0);
    Duration asked = Duration.ofSeconds(seconds);
    FalFailure failure =
        new FalFailure(Whose.NOBODY, Cause.UNAVAILABLE, "busy", 503, null, byHeader ? asked : null);
    long now = Duration.ofMillis(failed).toNanos();
    long retryMillis = byHeader ? -1 : asked.toMillis();
    Duration delay = delay(POLICY.decide(progress, failure, retryMillis, now));
    assertThat(delay).isEqualTo(asked);
    long then = now + delay.toNanos();
    assertThat(POLICY.decide(progress, failure, retryMillis, then))
        .isInstanceOf(then < TIMEOUT.toNanos() ? Decision.Again.class : Decision.GiveUp.class);
  }

  @Test
  void theServersRetryHoldsUntilAnotherIsTold() {
    AttemptHistory progress = new AttemptHistory();
    assertThat(progress.retry(-1)).isEqualTo(-1);
    assertThat(progress.retry(7_000)).isEqualTo(7_000);
    assertThat(progress.retry(-1)).isEqualTo(7_000);
    assertThat(progress.retry(0)).isZero();
    assertThat(progress.retry(-1)).isZero();
  }

  @Test
  void aWaitIsAnHourAtMost() {
    FalFailure failure =
        new FalFailure(Whose.NOBODY, Cause.UNAVAILABLE, "busy", 503, null, Duration.ofDays(1));
    assertThat(NEVER.decide(new AttemptHistory(), failure, -1, 0))
        .isEqualTo(new Decision.Again(Duration.ofHours(1)));
  }

  @Test
  void retryAfterNothingDoesNotMakeABusyLoop() {
    AttemptHistory progress = new AttemptHistory();
    FalFailure failure =
        new FalFailure(Whose.NOBODY, Cause.UNAVAILABLE, "busy", 503, null, Duration.ZERO);
    for (int i = 1; i <= 20; i++) {
      progress.started(0);
      assertThat(delay(NEVER.decide(progress, failure, 0, 1)))
          .isGreaterThanOrEqualTo(i == 1 ? Duration.ZERO : Duration.ofMillis(250));
    }
    assertThat(delay(NEVER.decide(progress, failure, -1, 1)))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(15));
  }

  @Test
  void theServersRetryHoldsOnceAndThenTheLongerOfBoth() {
    AttemptHistory progress = new AttemptHistory();
    FalFailure cut = new FalFailure(Whose.NOBODY, Cause.CONNECTION, "cut");
    assertThat(delay(NEVER.decide(progress, cut, 20, 1))).isEqualTo(Duration.ofMillis(20));
    assertThat(delay(NEVER.decide(progress, cut, 20, 1))).isGreaterThan(Duration.ofMillis(20));
    assertThat(delay(NEVER.decide(progress, cut, 90_000, 1))).isEqualTo(Duration.ofSeconds(90));
  }

  @Test
  void newsAndLastingAttemptsMakeTheNextWaitShortAgain() {
    AttemptHistory progress = new AttemptHistory();
    FalFailure cut = new FalFailure(Whose.NOBODY, Cause.CONNECTION, "cut");
    for (int i = 0; i < 20; i++) {
      NEVER.decide(progress, cut, -1, 1);
    }
    assertThat(delay(NEVER.decide(progress, cut, -1, 1))).isGreaterThan(Duration.ofSeconds(10));
    progress.healthy(false);
    assertThat(delay(NEVER.decide(progress, cut, -1, 1))).isGreaterThan(Duration.ofSeconds(10));
    progress.healthy(true);
    assertThat(delay(NEVER.decide(progress, cut, -1, 1))).isLessThan(Duration.ofSeconds(1));
    for (int i = 0; i < 20; i++) {
      NEVER.decide(progress, cut, -1, 1);
    }
    long lasting = Duration.ofSeconds(30).toNanos() + 1;
    assertThat(delay(NEVER.decide(progress, cut, -1, lasting))).isLessThan(Duration.ofSeconds(1));
  }

  @Test
  void aHealthyEndIsNeverGivenUp() {
    AttemptHistory progress = new AttemptHistory();
    progress.failing(0);
    assertThat(POLICY.decide(progress, null, -1, TIMEOUT.toNanos() * 2))
        .isInstanceOf(Decision.Again.class);
  }

  @Test
  void whatIsNotFalsDoingIsNeverGivenUp() {
    for (Cause cause : List.of(Cause.NOT_TAKEN, Cause.ENDED)) {
      AttemptHistory progress = new AttemptHistory();
      FalFailure own = new FalFailure(Whose.NOBODY, cause, "slow");
      assertThat(POLICY.decide(progress, own, -1, 0)).isInstanceOf(Decision.Again.class);
      assertThat(POLICY.decide(progress, own, -1, TIMEOUT.toNanos() * 2))
          .isInstanceOf(Decision.Again.class);
      FalFailure cut = new FalFailure(Whose.NOBODY, Cause.CONNECTION, "cut");
      assertThat(POLICY.decide(progress, cut, -1, TIMEOUT.toNanos() * 2))
          .isInstanceOf(Decision.Again.class);
    }
  }

  @Test
  void whereNobodyLookedTimeDoesNotCount() {
    AttemptHistory progress = new AttemptHistory();
    FalFailure busy = new FalFailure(Whose.NOBODY, Cause.UNAVAILABLE, "busy", 503, null, null);
    POLICY.decide(progress, busy, -1, 0);
    progress.away(TIMEOUT.toNanos());
    assertThat(POLICY.decide(progress, busy, -1, TIMEOUT.toNanos() * 2 - 1))
        .isInstanceOf(Decision.Again.class);
    Decision last = POLICY.decide(progress, busy, -1, TIMEOUT.toNanos() * 2);
    assertThat(((Decision.GiveUp) last).ending().httpStatus()).isEqualTo(503);
  }

  @Test
  void otherFailuresAreDecidedAtOnce() {
    AttemptHistory progress = new AttemptHistory();
    assertThat(
            POLICY.decide(
                progress,
                new FalFailure(Whose.REQUEST_FOR_GOOD, Cause.NOT_FOUND, "gone", 404, null, null),
                -1,
                0))
        .isEqualTo(new Decision.GiveUp(new Ending(Outcome.NOT_FOUND, 404, "gone")));
    assertThat(
            POLICY.decide(
                progress,
                new FalFailure(Whose.REQUEST_FOR_GOOD, Cause.REJECTED, "bad", 422, null, null),
                -1,
                0))
        .isEqualTo(new Decision.GiveUp(new Ending(Outcome.ABANDONED, 422, "bad")));
    assertThat(
            POLICY.decide(
                progress,
                new FalFailure(Whose.REQUEST_FOR_GOOD, Cause.REJECTED, "late", 504, "a_type", null),
                -1,
                0))
        .isEqualTo(new Decision.GiveUp(new Ending(Outcome.ABANDONED, 504, "late", "a_type")));
    assertThat(
            POLICY.decide(
                progress,
                new FalFailure(Whose.ACCOUNT, Cause.DENIED, "key", 401, null, null),
                -1,
                0))
        .isEqualTo(new Decision.Fail("key"));
    assertThat(
            NEVER.decide(
                progress,
                new FalFailure(Whose.ACCOUNT, Cause.DENIED, "key", 403, null, null),
                -1,
                0))
        .isEqualTo(new Decision.GiveUp(new Ending(Outcome.DENIED, 403, "key")));
  }

  @Test
  void withoutATimeoutNothingIsGivenUp() {
    AttemptHistory progress = new AttemptHistory();
    FalFailure cut = new FalFailure(Whose.NOBODY, Cause.CONNECTION, "cut");
    NEVER.decide(progress, cut, -1, 0);
    assertThat(NEVER.decide(progress, cut, -1, Duration.ofDays(1000).toNanos()))
        .isInstanceOf(Decision.Again.class);
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
    return ((Decision.Again) decision).delay();
  }
}
