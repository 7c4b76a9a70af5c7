// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.fal.failure.Backoff;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConversionRetryTest {
  private static final Duration BACKOFF = Duration.ofSeconds(1);
  private static final Duration LIMIT = Duration.ofSeconds(100);

  /** Nano times may be anything. */
  private long now = Long.MAX_VALUE - 5;

  private final ConversionRetry retry =
      new ConversionRetry(new Backoff(BACKOFF, BACKOFF), Optional.of(LIMIT), () -> now);

  @Test
  void theWaitBeginsWhenTheAttemptHasFailed() {
    assertThat(retry.isWaiting()).isFalse();
    long startedAt = now;
    after(Duration.ofSeconds(30));
    assertThat(retry.onFailure(startedAt)).isTrue();
    assertThat(retry.isWaiting()).isTrue();
    after(Duration.ofMillis(499));
    assertThat(retry.isWaiting()).isTrue();
    after(Duration.ofMillis(501));
    assertThat(retry.isWaiting()).isFalse();
  }

  @Test
  void afterTheLimitNoOtherAttemptFollows() {
    assertThat(fail()).isTrue();
    after(LIMIT.minusMillis(1));
    assertThat(fail()).isTrue();
    after(Duration.ofMillis(1));
    assertThat(fail()).isFalse();
  }

  @Test
  void aSuccessEndsTheFailing() {
    fail();
    after(LIMIT);
    retry.onSuccess();
    assertThat(retry.isWaiting()).isFalse();
    assertThat(fail()).isTrue();
  }

  @Test
  void withoutALimitThereIsAlwaysAnotherAttempt() {
    ConversionRetry endless =
        new ConversionRetry(new Backoff(BACKOFF, BACKOFF), Optional.empty(), () -> now);
    endless.onFailure(now);
    after(Duration.ofDays(365));
    assertThat(endless.onFailure(now)).isTrue();
  }

  private boolean fail() {
    return retry.onFailure(now);
  }

  private void after(Duration time) {
    now += time.toNanos();
  }
}
