// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.source.state.LedgerTrial;
import io.falconnect.source.state.PartitionLedger;
import io.falconnect.source.state.WatchState;
import io.falconnect.source.watch.WatchTrial;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class OffsetFlushesTest {
  private final OffsetFlushes flushes = new OffsetFlushes();
  private final PartitionLedger ledger = LedgerTrial.ledger("control", 0);

  private void acknowledgeAnEvent() {
    ledger.readUpTo(1);
    ledger.admit(WatchState.initial(WatchTrial.request("a/b", "r"), 0, false));
    Map<String, Object> offset = ledger.snapshot(0);
    flushes.onAcknowledged(new SourceRecord(Map.of(), offset, "status", null, "r"), true);
  }

  /** A flush that ends may have started before the acknowledgement. */
  @Test
  void aRecordIsStoredAfterTwoFlushesThatStartedLater() {
    acknowledgeAnEvent();
    flushes.onFlush();
    flushes.update();
    flushes.onFlush();
    flushes.update();
    flushes.onFlush();
    flushes.update();
    assertThat(ledger.countUnstored()).isEqualTo(1);
    flushes.onFlush();
    flushes.update();
    assertThat(ledger.countUnstored()).isZero();
  }

  @Test
  void flushesBeforeTheAcknowledgementDoNotCount() {
    for (int i = 0; i < 10; i++) {
      flushes.onFlush();
      flushes.update();
    }
    acknowledgeAnEvent();
    flushes.update();
    flushes.update();
    assertThat(ledger.countUnstored()).isEqualTo(1);
  }

  @Test
  void recordsOfNobodyAreIgnored() {
    flushes.onAcknowledged(new SourceRecord(Map.of(), Map.of(), "status", null, "r"), true);
    flushes.update();
  }
}
