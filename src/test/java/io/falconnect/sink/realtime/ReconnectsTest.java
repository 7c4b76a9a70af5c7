// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.fal.failure.Backoff;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReconnectsTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private final Reconnects reconnects =
      new Reconnects(new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(4)));

  @Test
  void theFirstSessionIsOpenedAtOnce() {
    assertThat(reconnects.due(0)).isTrue();
  }

  @Test
  void afterProgressTheNextOneIsOpenedAtOnce() {
    reconnects.progress();
    reconnects.failed(null, 0);
    assertThat(reconnects.due(0)).isTrue();
    reconnects.failed(null, 0);
    assertThat(reconnects.due(0)).isFalse();
  }

  @Test
  void eachSessionIsFruitfulOrNotByItself() {
    assertThat(reconnects.fruitful()).isFalse();
    reconnects.progress();
    assertThat(reconnects.fruitful()).isTrue();
    reconnects.ended();
    assertThat(reconnects.fruitful()).isFalse();
  }

  @Test
  void withoutProgressTheWaitGrowsToItsBound() {
    for (int i = 0; i < 10; i++) {
      reconnects.failed(null, 0);
    }
    assertThat(reconnects.due(2 * SECOND - 1)).isFalse();
    assertThat(reconnects.due(4 * SECOND)).isTrue();
  }

  @Test
  void whatFalAskedForWins() {
    reconnects.progress();
    reconnects.failed(Duration.ofSeconds(7), 0);
    assertThat(reconnects.due(7 * SECOND - 1)).isFalse();
    assertThat(reconnects.due(7 * SECOND)).isTrue();
    reconnects.failed(Duration.ZERO, 0);
    assertThat(reconnects.due(0)).isFalse();
  }

  @Test
  void unauthorizedIsForgivenOnceBetweenProgress() {
    assertThat(reconnects.unauthorizedAgain()).isFalse();
    assertThat(reconnects.unauthorizedAgain()).isTrue();
    reconnects.progress();
    assertThat(reconnects.unauthorizedAgain()).isFalse();
  }
}
