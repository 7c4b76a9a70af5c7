// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.source.state.LedgerTrial;
import io.falconnect.source.state.PartitionLedger;
import io.falconnect.source.state.WatchState;
import org.junit.jupiter.api.Test;

class ActiveWatchTest {
  private final PartitionLedger ledger = LedgerTrial.ledger("t", 0);

  @Test
  void aClosedWatchStaysClosedWhenItsRequestIsWatchedAgain() {
    ActiveWatch first = open(3);
    assertThat(first.isClosed()).isFalse();
    ledger.close(first.identity);
    assertThat(first.isClosed()).isTrue();

    ActiveWatch second = open(7);
    assertThat(first.isClosed()).isTrue();
    assertThat(second.isClosed()).isFalse();
    assertThat(second.state().controlOffset()).isEqualTo(7);
  }

  private ActiveWatch open(long controlOffset) {
    WatchState state = WatchState.initial(WatchTrial.request("a/b", "r"), controlOffset, false);
    assertThat(ledger.admit(state)).isTrue();
    return new ActiveWatch(ledger, state.identity(), System::nanoTime);
  }
}
