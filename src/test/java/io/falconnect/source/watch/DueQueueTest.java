// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.fal.queue.QueueRequest;
import io.falconnect.source.state.PartitionLedger;
import io.falconnect.source.state.WatchState;
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
  private final PartitionLedger ledger = new PartitionLedger("t", 0);
  private final DueQueue attempts = new DueQueue();

  @Test
  void thoseThatAreReadyComeInTheirOrder() {
    ActiveWatch first = watch(1);
    ActiveWatch second = watch(2);
    attempts.now(first);
    attempts.now(second);
    assertThat(attempts.peek(0)).isSameAs(first);
    assertThat(attempts.peek(0)).isSameAs(first);
    attempts.take();
    assertThat(attempts.peek(0)).isSameAs(second);
    attempts.take();
    assertThat(attempts.peek(0)).isNull();
  }

  @Property
  void nobodyComesBeforeItsTimeAndThenTheEarliestFirst(
      @ForAll @Size(max = 20) @UniqueElements
          List<@LongRange(min = 1, max = 1_000_000) Long> delays,
      @ForAll long start) {
    PartitionLedger own = new PartitionLedger("t", 0);
    DueQueue later = new DueQueue();
    for (long delay : delays) {
      later.at(start + delay, watch(own, delay));
    }
    List<Long> came = new ArrayList<>();
    for (long delay : delays.stream().sorted().toList()) {
      assertThat(later.peek(start + delay - 1)).isNull();
      came.add(later.peek(start + delay).controlOffset);
      later.take();
    }
    assertThat(came).isSortedAccordingTo(Comparator.naturalOrder()).hasSize(delays.size());
    assertThat(later.peek(start + 2_000_000)).isNull();
  }

  @Test
  void watchesThatAreOverAreSkipped() {
    ActiveWatch first = watch(1);
    ActiveWatch second = watch(2);
    ActiveWatch third = watch(3);
    attempts.now(first);
    attempts.now(second);
    attempts.at(5, third);
    ledger.close(first.identity);
    ledger.close(third.identity);
    assertThat(attempts.peek(9).controlOffset).isEqualTo(2);
    ledger.close(second.identity);
    assertThat(attempts.peek(9)).isNull();
  }

  private ActiveWatch watch(long offset) {
    return watch(ledger, offset);
  }

  private static ActiveWatch watch(PartitionLedger ledger, long offset) {
    QueueRequest request = WatchTrial.request("a/b", "r" + offset);
    WatchState state = WatchState.initial(request, offset, false);
    ledger.admit(state);
    return new ActiveWatch(ledger, state.identity(), 0);
  }
}
