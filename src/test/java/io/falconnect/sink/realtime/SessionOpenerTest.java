// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.fal.failure.Backoff;
import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.failure.FalFailure.Whose;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class SessionOpenerTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private long now;
  private final SessionOpener opener =
      new SessionOpener(new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(4)), () -> now);

  @Test
  void theFirstSessionIsOpenedAtOnce() {
    assertThat(opener.isDue()).isTrue();
  }

  @Test
  void afterASuccessfulSessionTheNextOneIsOpenedAtOnce() {
    opener.markSuccessful();
    openLater(null);
    assertThat(opener.isDue()).isTrue();
    openLater(null);
    assertThat(opener.isDue()).isFalse();
  }

  @Test
  void eachSessionIsSuccessfulOrNotByItself() {
    assertThat(opener.isSuccessful()).isFalse();
    opener.markSuccessful();
    assertThat(opener.isSuccessful()).isTrue();
    opener.openAtOnce();
    assertThat(opener.isSuccessful()).isFalse();
  }

  @Test
  void withoutASuccessTheWaitGrowsToItsLimit() {
    for (int i = 0; i < 10; i++) {
      openLater(null);
    }
    now = 2 * SECOND - 1;
    assertThat(opener.isDue()).isFalse();
    now = 4 * SECOND;
    assertThat(opener.isDue()).isTrue();
  }

  @Test
  void theWaitThatFalAskedForWins() {
    opener.markSuccessful();
    openLater(Duration.ofSeconds(7));
    now = 7 * SECOND - 1;
    assertThat(opener.isDue()).isFalse();
    // It is up to a quarter longer.
    now = 9 * SECOND;
    assertThat(opener.isDue()).isTrue();
    now = 0;
    openLater(Duration.ZERO);
    assertThat(opener.isDue()).isFalse();
  }

  @Test
  void aRefusedTokenIsReplacedOnceBetweenSuccesses() {
    assertThat(opener.onTokenRefused()).isTrue();
    assertThat(opener.onTokenRefused()).isFalse();
    opener.markSuccessful();
    assertThat(opener.onTokenRefused()).isTrue();
  }

  @Test
  void whileItIsHeldNoSessionIsOpened() {
    opener.hold();
    assertThat(opener.isDue()).isFalse();
    opener.release();
    assertThat(opener.isDue()).isTrue();
  }

  @Test
  void aLimitOfTheRateIsNoTimeWithoutASession() {
    opener.openLater(new FalFailure(Whose.NOBODY, Cause.RATE_LIMIT, "slow down"), "slow down");
    now = 100 * SECOND;
    assertThat(opener.isWithoutSessionFor(LIMIT, 0)).isFalse();
    openLater(null);
    assertThat(opener.isWithoutSessionFor(LIMIT, 0)).isFalse();
  }

  @Test
  void anInputIsWithoutASessionSinceTheFirstFailureOrSinceItCame() {
    openLater(null);
    now = 10 * SECOND;
    assertThat(opener.isWithoutSessionFor(LIMIT, 0)).isTrue();
    assertThat(opener.isWithoutSessionFor(LIMIT, 1)).isFalse();
    opener.markWorking();
    assertThat(opener.isWithoutSessionFor(LIMIT, 0)).isFalse();
  }

  private void openLater(Duration retryAfter) {
    FalFailure failure =
        new FalFailure(Whose.NOBODY, Cause.UNAVAILABLE, "no session", 503, null, retryAfter);
    opener.openLater(failure, failure.reason());
  }
}
