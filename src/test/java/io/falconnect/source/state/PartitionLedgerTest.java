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
    final TreeMap<Long, WatchState> model = new TreeMap<>();
    long next;

    void apply(Action action) {
      List<Long> offsets = new ArrayList<>(model.keySet());
      Long chosen = offsets.isEmpty() ? null : offsets.get(action.which % offsets.size());
      switch (action.what) {
        case ADMIT -> admit(action.watch);
        case UPDATE -> {
          if (chosen != null) {
            WatchState to = withRequestOf(action.watch, model.get(chosen));
            ledger.update(chosen, to);
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
      boolean open =
          model.values().stream()
              .anyMatch(other -> other.request().identity().equals(watch.request().identity()));
      ledger.readUpTo(next + 1);
      assertThat(ledger.admit(next, watch)).isEqualTo(!open);
      if (!open) {
        model.put(next, watch);
      }
      next++;
    }

    private static WatchState withRequestOf(WatchState state, WatchState of) {
      return new WatchState(
          of.request(),
          state.sequence(),
          state.status(),
          state.queuePosition(),
          state.logs(),
          state.finished());
    }

    void check() {
      assertThat(ledger.open()).isEqualTo(model);
      assertThat(ledger.size()).isEqualTo(model.size());
      assertThat(ledger.next()).isEqualTo(next);
      assertThat(ledger.bytes()).isNotNegative();
      assertThat(ledger.bytes() == 0).isEqualTo(model.isEmpty());
      assertThat(ledger.bytes())
          .isEqualTo(PartitionLedger.restored("t", 3, ledger.snapshot()).bytes());
      model.forEach((offset, watch) -> assertThat(ledger.get(offset)).isEqualTo(watch));
      for (String id : List.of("r", "s", "t")) {
        assertThat(ledger.offsetsOf(id))
            .containsExactlyInAnyOrderElementsOf(
                model.entrySet().stream()
                    .filter(entry -> entry.getValue().request().requestId().equals(id))
                    .map(Map.Entry::getKey)
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
            offset -> {
              pair.ledger.close(offset);
              pair.model.remove(offset);
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
              OpenWatchFormat.render(pair.model)));
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
    assertThat(ledger.admit(0, asked("a/b/c"))).isTrue();
    assertThat(ledger.admit(1, asked("a/b"))).isFalse();
    assertThat(ledger.admit(2, asked("a/c"))).isTrue();
    assertThat(ledger.offsetsOf("r")).containsExactly(0L, 2L);
    ledger.close(0);
    assertThat(ledger.admit(3, asked("a/b"))).isTrue();
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

  private static WatchState asked(String endpoint) {
    return WatchState.asked(WatchTrial.request(endpoint, "r"), false);
  }

  @Test
  void aPositionSetBackAsksForNoWatchTwice() {
    WatchState first = WatchState.asked(WatchTrial.request("a/b", "first"), false);
    SourceOffset setBack = new SourceOffset(0, TreePMap.singleton(3L, first));
    PartitionLedger ledger = PartitionLedger.restored("t", 0, setBack);
    assertThat(ledger.admit(1, first)).isFalse();
    assertThat(ledger.admit(3, WatchState.asked(WatchTrial.request("a/b", "other"), false)))
        .isFalse();
    ledger.close(3);
    assertThat(ledger.admit(3, first)).isTrue();
  }
}
