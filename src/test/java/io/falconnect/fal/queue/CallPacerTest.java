// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class CallPacerTest {
  private static final int PERMITS = 3;
  private static final long LEASE = 10;

  private final List<Integer> started = new ArrayList<>();
  private long now;

  /** Zero adds a call, a positive number lets time pass, a negative one ends a started call. */
  @Property
  void callsStartInOrderAsSoonAsAPermitIsFree(
      @ForAll List<@IntRange(min = -8, max = 6) Integer> actions, @ForAll long begin) {
    now = begin;
    started.clear();
    CallPacer<Integer> pacer = new CallPacer<>(PERMITS, Duration.ofNanos(LEASE), () -> now);
    Map<Integer, Long> holders = new LinkedHashMap<>();
    int added = 0;
    int known = 0;
    for (int action : actions) {
      if (action == 0) {
        start(pacer, added++);
      } else if (action > 0) {
        now += action;
        pacer.startNext();
      } else if (started.size() + action >= 0) {
        int ended = started.get(started.size() + action);
        holders.remove(ended);
        pacer.release(ended);
      }
      holders.values().removeIf(at -> now - at >= LEASE);
      while (known < started.size()) {
        holders.put(known++, now);
      }
      assertThat(started).isEqualTo(IntStream.range(0, started.size()).boxed().toList());
      assertThat(holders).hasSizeLessThanOrEqualTo(PERMITS);
      assertThat(pacer.countWaiting()).isEqualTo(added - started.size());
      assertThat(holders.size() == PERMITS || pacer.countWaiting() == 0).isTrue();
    }
  }

  @Test
  void noMoreThanThePermitsAreStartedWithinALease() {
    CallPacer<Integer> pacer = new CallPacer<>(PERMITS, Duration.ofNanos(LEASE), () -> now);
    for (int call = 0; call < 5; call++) {
      start(pacer, call);
    }
    assertThat(started).containsExactly(0, 1, 2);
    pacer.release(1);
    assertThat(started).containsExactly(0, 1, 2, 3);
    pacer.release(1);
    pacer.startNext();
    assertThat(started).hasSize(4);
    now += LEASE - 1;
    pacer.startNext();
    assertThat(started).hasSize(4);
    now++;
    pacer.startNext();
    assertThat(started).containsExactly(0, 1, 2, 3, 4);
    assertThat(pacer.countWaiting()).isZero();
  }

  @Test
  void aCallThatEndsWhileItIsStartedFreesItsPermit() {
    CallPacer<Integer> pacer = new CallPacer<>(1, Duration.ofHours(1), () -> now);
    pacer.start(0, () -> pacer.release(0));
    start(pacer, 1);
    assertThat(started).containsExactly(1);
  }

  private void start(CallPacer<Integer> pacer, int call) {
    pacer.start(call, () -> started.add(call));
  }
}
