// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.source.watch.WatchTrial;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    PartitionLedger ledger = new PartitionLedger("t", 3);
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
        case RESTART -> ledger = PartitionLedger.restored("t", 3, ledger.snapshot());
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
      assertThat(ledger.bytes()).isNotNegative();
      assertThat(ledger.bytes() == 0).isEqualTo(model.isEmpty());
      assertThat(ledger.bytes())
          .isEqualTo(PartitionLedger.restored("t", 3, ledger.snapshot()).bytes());
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
    List<Map<String, Object>> then = new ArrayList<>();
    for (Action action : actions) {
      taken.add(pair.ledger.snapshot());
      then.add(
          Map.of(
              "version",
              SourceOffset.CURRENT_VERSION,
              "next",
              pair.next,
              "open",
              OpenWatchWriter.render(pair.model.values())));
      pair.apply(action);
    }
    for (int i = 0; i < taken.size(); i++) {
      assertThat(SourceOffset.parse(taken.get(i))).isEqualTo(SourceOffset.parse(then.get(i)));
      assertThat(taken.get(i)).containsAllEntriesOf(then.get(i));
    }
  }

  @Test
  void aRequestAskedForUnderAnotherPathOfItsAppIsTheSame() {
    PartitionLedger ledger = new PartitionLedger("t", 0);
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
  void aPositionSetBackAsksForNoWatchTwice() {
    WatchState first = initial("a/b", "first", 3);
    PartitionLedger ledger = restoredWithNextZero(first);
    assertThat(ledger.admit(initial("a/b", "first", 1))).isFalse();
    assertThat(ledger.admit(first)).isFalse();
    assertThat(ledger.open().values()).containsExactly(first);
    ledger.close(first.identity());
    assertThat(ledger.admit(first)).isTrue();
  }

  @Test
  void aPartitionThatWasNeverReadHasNoPosition() {
    PartitionLedger ledger = new PartitionLedger("t", 0);
    assertThat(ledger.next()).isEmpty();
    ledger.readUpTo(0);
    assertThat(ledger.next()).hasValue(0);
    assertThat(restoredWithNextZero(initial("a/b", "r", 3)).next()).hasValue(0);
  }

  /** The control topic was created anew, and the watches of its predecessor are still open. */
  @Test
  void aControlRecordAtTheOffsetOfAnotherOpenWatchIsAdmitted() {
    WatchState first = initial("a/b", "first", 3);
    WatchState other = initial("a/b", "other", 3);
    PartitionLedger ledger = restoredWithNextZero(first);
    assertThat(ledger.admit(other)).isTrue();
    assertThat(SourceOffset.parse(ledger.snapshot()).open().values())
        .containsExactlyInAnyOrder(first, other);
    ledger.close(other.identity());
    assertThat(ledger.open().values()).containsExactly(first);
  }

  private static PartitionLedger restoredWithNextZero(WatchState open) {
    return PartitionLedger.restored(
        "t", 0, new SourceOffset(0, TreePMap.singleton(open.identity(), open)));
  }
}
