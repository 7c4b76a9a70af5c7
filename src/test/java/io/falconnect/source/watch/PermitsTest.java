// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PlacesTest {
  private static final int PLACES = 3;
  private static final int MOST = 7;
  private static final long LEASE = 10;

  @Property
  void noMoreThanThePlacesAreTakenWithinALeaseAndNoMoreThanTheMostAtAll(
      @ForAll List<@IntRange(min = -8, max = 4) Integer> actions, @ForAll long start) {
    Permits<Integer> places = new Permits<>(PLACES, MOST, Duration.ofNanos(LEASE));
    Map<Integer, Long> model = new LinkedHashMap<>();
    long now = start;
    int next = 0;
    for (int action : actions) {
      if (action >= 0) {
        now += action;
        boolean free = places.isFree(now);
        assertThat(free).isEqualTo(model.size() < MOST && young(model, now) < PLACES);
        if (free) {
          places.take(next, now);
          model.put(next++, now);
        }
      } else {
        int one = next + action;
        places.leave(one);
        model.remove(one);
      }
    }
  }

  private static long young(Map<Integer, Long> model, long now) {
    return model.values().stream().filter(at -> now - at < LEASE).count();
  }

  @Test
  void clearedAllAreFree() {
    Permits<String> places = new Permits<>(1, 1, Duration.ofNanos(1));
    places.take("a", 0);
    assertThat(places.isFree(5)).isFalse();
    places.clear();
    assertThat(places.isFree(5)).isTrue();
  }
}
