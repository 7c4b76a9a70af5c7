// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.source.watch.WatchTrial;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.pcollections.TreePMap;

class PartitionLedgerTest {
  private enum What {
    ADMIT,
    UPDATE,
    CLOSE,
    READ,
    RESTART
  }

  /** What is done, to which of those there are, and with what. */
  private record Action(What what, int which, WatchState watch) {}

  /** A ledger and what it should be. */
  private static final class Pair {
    PartitionLedger ledger = LedgerTrial.ledger("t", 3);
    final TreeMap<RequestIdentity, WatchState> model = new TreeMap<>();
    long next;

    void apply(Action action) {
      List<RequestIdentity> open = new ArrayList<>(model.keySet());
      RequestIdentity chosen = open.isEmpty() ? null : open.get(action.which % open.size());
      switch (action.what) {
        case ADMIT -> admit(action.watch);
        case UPDATE -> {
          if (chosen != null) {
            WatchState to = withRequestOf(action.watch, model.get(chosen));
            ledger.update(to);
            model.put(chosen, to);
          }
        }
        case CLOSE -> {
          if (chosen != null) {
            ledger.close(chosen);
            model.remove(chosen);
          }
        }
        case READ -> {
          ledger.readUpTo(next + action.which);
          ledger.readUpTo(next - 1);
          next += action.which;
        }
        case RESTART -> ledger = LedgerTrial.restarted(ledger);
      }
    }

    private void admit(WatchState watch) {
      boolean open = model.containsKey(watch.identity());
      WatchState admitted = WatchTrial.at(next, watch);
      ledger.readUpTo(next + 1);
      assertThat(ledger.admit(admitted)).isEqualTo(!open);
      if (!open) {
        model.put(watch.identity(), admitted);
      }
      next++;
    }

    private static WatchState withRequestOf(WatchState state, WatchState of) {
      return new WatchState(
          of.request(),
          of.controlOffset(),
          state.sequence(),
          state.status(),
          state.queuePosition(),
          state.logs(),
          state.finished());
    }

    void check() {
      assertThat(ledger.open()).isEqualTo(model);
      assertThat(ledger.size()).isEqualTo(model.size());
      assertThat(ledger.next().orElse(0)).isEqualTo(next);
      model.forEach((identity, watch) -> assertThat(ledger.get(identity)).isEqualTo(watch));
      assertThat(ledger.listOldestFirst())
          .isSortedAccordingTo(WatchState.OLDEST_FIRST)
          .containsExactlyInAnyOrderElementsOf(model.values());
      for (String id : List.of("r", "s", "t")) {
        assertThat(ledger.findAll(id))
            .containsExactlyInAnyOrderElementsOf(
                model.values().stream()
                    .filter(watch -> watch.request().requestId().equals(id))
                    .toList());
      }
    }
  }

  @Property
  void theLedgerIsWhatItsHistorySays(@ForAll("actions") List<Action> actions) {
    Pair pair = new Pair();
    for (Action action : actions) {
      pair.apply(action);
      pair.check();
    }
    List.copyOf(pair.model.keySet())
        .forEach(
            identity -> {
              pair.ledger.close(identity);
              pair.model.remove(identity);
            });
    pair.check();
  }

  @Property
  void aSnapshotNeverChanges(@ForAll("actions") List<Action> actions) {
    Pair pair = new Pair();
    List<SourceOffset> taken = new ArrayList<>();
    List<Map<RequestIdentity, WatchState>> then = new ArrayList<>();
    List<Long> positions = new ArrayList<>();
    for (Action action : actions) {
      for (long offset = 0; offset < pair.next; offset += 7) {
        long controlOffset = offset;
        taken.add(pair.ledger.snapshot(controlOffset));
        then.add(new TreeMap<>(pair.model));
        then.get(then.size() - 1)
            .values()
            .removeIf(watch -> watch.controlOffset() != controlOffset);
        positions.add(pair.next);
      }
      pair.apply(action);
    }
    for (int i = 0; i < taken.size(); i++) {
      SourceOffset stored = SourceOffset.parse(taken.get(i));
      assertThat(stored.open()).isEqualTo(then.get(i));
      assertThat(stored.next()).isEqualTo(positions.get(i));
      assertThat(stored.floor()).isLessThanOrEqualTo(positions.get(i));
      assertThat(stored.topic()).isEqualTo("t");
      assertThat(stored.partitions()).isEqualTo(4);
    }
  }

  @Test
  void aRequestAskedForUnderAnotherPathOfItsAppIsTheSame() {
    PartitionLedger ledger = LedgerTrial.ledger("t", 0);
    assertThat(ledger.admit(initial("a/b/c", "r", 0))).isTrue();
    assertThat(ledger.admit(initial("a/b", "r", 1))).isFalse();
    assertThat(ledger.admit(initial("a/c", "r", 2))).isTrue();
    assertThat(ledger.findAll("r")).extracting(WatchState::controlOffset).containsExactly(0L, 2L);
    ledger.close(initial("a/b", "r", 1).identity());
    assertThat(ledger.admit(initial("a/b", "r", 3))).isTrue();
  }

  @Provide
  Arbitrary<List<Action>> actions() {
    Arbitrary<WatchState> watches =
        Combinators.combine(
                WatchTrial.watch(),
                Arbitraries.of("a/b", "a/b/c", "c/d"),
                Arbitraries.of("r", "s", "t"))
            .as(
                (watch, endpoint, id) ->
                    new WatchState(
                        WatchTrial.request(endpoint, id),
                        0,
                        watch.sequence(),
                        watch.status(),
                        watch.queuePosition(),
                        watch.logs(),
                        watch.finished()));
    return Combinators.combine(
            Arbitraries.of(What.class), Arbitraries.integers().between(0, 20), watches)
        .as(Action::new)
        .list()
        .ofMaxSize(40);
  }

  private static WatchState initial(String endpoint, String requestId, long controlOffset) {
    return WatchState.initial(WatchTrial.request(endpoint, requestId), controlOffset, false);
  }

  @Test
  void aPartitionThatWasNeverReadHasNoPosition() {
    PartitionLedger ledger = LedgerTrial.ledger("t", 0);
    assertThat(ledger.next()).isEmpty();
    ledger.readUpTo(0);
    assertThat(ledger.next()).hasValue(0);
    assertThat(restored(Map.of(3, offset(0, 0)), OptionalLong.empty()).next()).hasValue(0);
    assertThat(restored(Map.of(), OptionalLong.of(9)).next()).hasValue(9);
  }

  /** The control topic was created anew, and the watches of its predecessor are still open. */
  @Test
  void aTopicThatWasCreatedAnewIsReadFromItsBeginning() {
    WatchState first = initial("a/b", "first", 3);
    PartitionLedger ledger = restored(Map.of(3, offset(0, 0, first)), OptionalLong.empty());
    assertThat(ledger.next()).hasValue(0);
    assertThat(ledger.isDone(3)).isFalse();
    assertThat(ledger.admit(initial("a/b", "other", 3))).isTrue();
    assertThat(ledger.admit(initial("a/b", "first", 1))).isFalse();
    assertThat(ledger.wasAskedForBefore(first, 2)).isTrue();
    assertThat(SourceOffset.parse(ledger.snapshot(3)).open()).hasSize(2);
  }

  /** The floor says more than the positions of shards that were not stored for long. */
  @Test
  void eachShardIsReadFromTheHigherOfItsPositionAndTheFloor() {
    PartitionLedger ledger =
        restored(
            Map.of(0, offset(4, 4), 5, offset(5 + Shards.COUNT + 1, 5), 6, offset(6, 5)),
            OptionalLong.empty());
    assertThat(ledger.next()).hasValue(5);
    assertThat(ledger.isDone(5)).isTrue();
    assertThat(ledger.isDone(5 + Shards.COUNT)).isTrue();
    assertThat(ledger.isDone(6)).isFalse();
    assertThat(ledger.findFirstUnread(5)).isEqualTo(6);
    assertThat(restored(Map.of(0, offset(4, 4)), OptionalLong.of(40)).next()).hasValue(40);
  }

  @Test
  void aNullRecordThatIsReadAgainEndsNoLaterWatch() {
    WatchState later = initial("a/b", "r", 7);
    PartitionLedger ledger = restored(Map.of(7, offset(8, 2, later)), OptionalLong.empty());
    assertThat(ledger.wasAskedForBefore(later, 5)).isFalse();
    assertThat(ledger.wasAskedForBefore(later, 8)).isTrue();
  }

  @Test
  void theFloorWaitsForWhatIsNotStored() {
    PartitionLedger ledger = LedgerTrial.ledger("t", 0);
    ledger.readUpTo(1);
    ledger.admit(initial("a/b", "r", 0));
    ledger.readUpTo(2);
    ledger.admit(initial("a/b", "s", 1));
    assertThat(ledger.countUnstored()).isEqualTo(2);
    SourceOffset first = ledger.snapshot(0);
    // Its own shard is stored with it.
    assertThat(first.floor()).isEqualTo(1);
    SourceOffset second = ledger.snapshot(1);
    assertThat(second.floor()).isZero();
    first.record().acknowledge(false).forEach(Runnable::run);
    assertThat(ledger.snapshot(1).floor()).isZero();
    ledger.snapshot(0).record().acknowledge(true).forEach(Runnable::run);
    assertThat(ledger.snapshot(1).floor()).isEqualTo(2);
    assertThat(ledger.countUnstored()).isEqualTo(1);
  }

  /** What a transform drops is not stored. */
  @Test
  void theFloorDoesNotWaitForAWatchWhoseLastEventIsDropped() {
    PartitionLedger ledger = LedgerTrial.ledger("t", 0);
    WatchState watch = initial("a/b", "r", 0);
    ledger.readUpTo(1);
    ledger.admit(watch);
    ledger.snapshot(0).record().acknowledge(false).forEach(Runnable::run);
    assertThat(ledger.countUnstored()).isEqualTo(1);
    ledger.close(watch.identity());
    ledger.snapshot(0).record().acknowledge(false).forEach(Runnable::run);
    assertThat(ledger.countUnstored()).isZero();
  }

  private static PartitionLedger restored(Map<Integer, SourceOffset> stored, OptionalLong floor) {
    PartitionLedger ledger = LedgerTrial.ledger("t", 0);
    ledger.restore(stored, floor);
    return ledger;
  }

  private static SourceOffset offset(long next, long floor, WatchState... open) {
    TreePMap<RequestIdentity, WatchState> watches = TreePMap.empty();
    for (WatchState watch : open) {
      watches = watches.plus(watch.identity(), watch);
    }
    return LedgerTrial.offset(next, floor, watches);
  }
}
