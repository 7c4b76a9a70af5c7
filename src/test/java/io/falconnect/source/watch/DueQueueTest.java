// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.source.state.LedgerTrial;
import io.falconnect.source.state.PartitionLedger;
import io.falconnect.source.state.WatchState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.UniqueElements;
import org.junit.jupiter.api.Test;

class DueQueueTest {
  private final PartitionLedger ledger = LedgerTrial.ledger("t", 0);
  private long now;
  private final DueQueue queue = new DueQueue(() -> now);

  @Test
  void thoseThatAreReadyComeInTheirOrder() {
    ActiveWatch first = watch(1);
    ActiveWatch second = watch(2);
    queue.add(first);
    queue.add(second);
    assertThat(queue.peek()).isSameAs(first);
    assertThat(queue.peek()).isSameAs(first);
    queue.remove();
    assertThat(queue.peek()).isSameAs(second);
    queue.remove();
    assertThat(queue.peek()).isNull();
  }

  @Property
  void nobodyComesBeforeItsTimeAndThenTheEarliestFirst(
      @ForAll @Size(max = 20) @UniqueElements
          List<@LongRange(min = 1, max = 1_000_000) Long> delays,
      @ForAll long start) {
    PartitionLedger own = LedgerTrial.ledger("t", 0);
    DueQueue later = new DueQueue(() -> now);
    now = start;
    for (long delay : delays) {
      later.addDelayed(watch(own, delay), Duration.ofNanos(delay));
    }
    List<Long> came = new ArrayList<>();
    for (long delay : delays.stream().sorted().toList()) {
      now = start + delay - 1;
      assertThat(later.peek()).isNull();
      now = start + delay;
      came.add(later.peek().controlOffset);
      later.remove();
    }
    assertThat(came).isSortedAccordingTo(Comparator.naturalOrder()).hasSize(delays.size());
    now = start + 2_000_000;
    assertThat(later.peek()).isNull();
  }

  @Test
  void watchesThatAreClosedAreSkipped() {
    ActiveWatch first = watch(1);
    ActiveWatch second = watch(2);
    ActiveWatch third = watch(3);
    queue.add(first);
    queue.add(second);
    queue.addDelayed(third, Duration.ofNanos(5));
    ledger.close(first.identity);
    ledger.close(third.identity);
    now = 9;
    assertThat(queue.peek().controlOffset).isEqualTo(2);
    ledger.close(second.identity);
    assertThat(queue.peek()).isNull();
  }

  private ActiveWatch watch(long offset) {
    return watch(ledger, offset);
  }

  private ActiveWatch watch(PartitionLedger ledger, long offset) {
    WatchState state = WatchState.initial(WatchTrial.request("a/b", "r" + offset), offset, false);
    ledger.admit(state);
    return new ActiveWatch(ledger, state.identity(), () -> now);
  }
}
