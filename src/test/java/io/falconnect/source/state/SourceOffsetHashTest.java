// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.falconnect.fal.EndpointId;
import io.falconnect.fal.queue.QueueRequest;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Connect hashes the offset of every record that an exactly-once worker has sent. */
class SourceOffsetHashTest {
  private static final EndpointId ENDPOINT = EndpointId.parse("fal-ai/flux/dev");

  @Test
  void equalOffsetsHaveTheSameHash() {
    SourceOffset offset = ledger(3).snapshot(1);
    SourceOffset stored = SourceOffset.parse(offset);
    assertThat(stored).isEqualTo(SourceOffset.parse(offset)).hasSameHashCodeAs(offset);
  }

  /** Connect would take their records for one, and acknowledge only one of them. */
  @Test
  void theOffsetsOfTwoRecordsAreNotEqual() {
    PartitionLedger ledger = ledger(3);
    SourceOffset first = ledger.snapshot(1);
    SourceOffset second = ledger.snapshot(1);
    assertThat(first).isNotEqualTo(second).isEqualTo(first).containsExactlyEntriesOf(second);
  }

  @Test
  void hashingDoesNotWriteOutTheOpenWatches() {
    PartitionLedger ledger = ledger(5_000);
    Set<Integer> hashes = new HashSet<>();
    // Written out each time this would take many minutes.
    assertTimeoutPreemptively(
        Duration.ofSeconds(20),
        () -> {
          for (int i = 0; i < 100_000; i++) {
            ledger.readUpTo(5_000 + i);
            hashes.add(ledger.snapshot(i).hashCode());
          }
        });
    assertThat(hashes).hasSizeGreaterThan(1);
  }

  private static PartitionLedger ledger(int watches) {
    PartitionLedger ledger = LedgerTrial.ledger("control", 0);
    for (int offset = 0; offset < watches; offset++) {
      QueueRequest request = new QueueRequest(ENDPOINT, "request-" + offset);
      ledger.admit(WatchState.initial(request, offset, false));
      ledger.readUpTo(offset + 1);
    }
    return ledger;
  }
}
