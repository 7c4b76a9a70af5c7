// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final long DAY = 24L * 60 * 60 * 1000;

  @Property
  void isBetweenHalfAndTheWholeOfTheDoubledBase(
      @ForAll @LongRange(min = 1, max = DAY) long base,
      @ForAll @LongRange(min = 1, max = DAY) long max,
      @ForAll @IntRange(min = 1, max = 40) int failures) {
    double doubled = Math.min(base * Math.pow(2, failures - 1), max);
    assertThat(
            (double)
                new Backoff(Duration.ofMillis(base), Duration.ofMillis(max))
                    .after(failures)
                    .toMillis())
        .isBetween(Math.floor(doubled / 2), doubled);
  }

  @Property
  void neverExceedsTheLongestNorIsNothing(
      @ForAll @LongRange(min = 1, max = DAY) long max, @ForAll int failures) {
    assertThat(new Backoff(Duration.ofMillis(500), Duration.ofMillis(max)).after(failures))
        .isBetween(Duration.ofMillis(1), Duration.ofMillis(max));
  }

  @Test
  void variesSoThatStreamsDoNotComeBackTogether() {
    Backoff backoff = new Backoff(Duration.ofSeconds(10), Duration.ofMinutes(10));
    Set<Duration> waits = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      waits.add(backoff.after(3));
    }
    assertThat(waits).hasSizeGreaterThan(10);
  }
}
