// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PermitsTest {
  private static final int PERMITS = 3;
  private static final int MAX_HOLDERS = 7;
  private static final long LEASE = 10;

  private long now;

  @Property
  void noMoreThanThePermitsAreHeldWithinALeaseAndNoMoreThanTheMostAtAll(
      @ForAll List<@IntRange(min = -8, max = 4) Integer> actions, @ForAll long start) {
    now = start;
    Permits<Integer> permits = permits(PERMITS, MAX_HOLDERS, LEASE);
    Map<Integer, Long> model = new LinkedHashMap<>();
    int next = 0;
    for (int action : actions) {
      if (action >= 0) {
        now += action;
        boolean free = model.size() < MAX_HOLDERS && young(model, now) < PERMITS;
        assertThat(permits.tryAcquire(next)).isEqualTo(free);
        if (free) {
          model.put(next++, now);
        }
      } else {
        int one = next + action;
        permits.release(one);
        model.remove(one);
      }
    }
  }

  private static long young(Map<Integer, Long> model, long now) {
    return model.values().stream().filter(at -> now - at < LEASE).count();
  }

  @Test
  void releasedAllAreFree() {
    Permits<String> permits = permits(1, 1, 1);
    assertThat(permits.tryAcquire("a")).isTrue();
    now += 5;
    assertThat(permits.tryAcquire("b")).isFalse();
    permits.releaseAll();
    assertThat(permits.tryAcquire("b")).isTrue();
  }

  private <H> Permits<H> permits(int permits, int maxHolders, long leaseNanos) {
    return new Permits<>(permits, maxHolders, Duration.ofNanos(leaseNanos), () -> now);
  }
}
