// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.source.ConnectModel.Sent;
import io.falconnect.source.state.LedgerTrial;
import io.falconnect.source.state.PartitionLedger;
import io.falconnect.source.state.SourceOffset;
import io.falconnect.source.state.WatchState;
import io.falconnect.source.watch.WatchTrial;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/**
 * Control records, events, null records, unusable records, flushes, crashes and restarts in any
 * order: no watch is lost, and none is doubled beyond what the guarantee of the worker allows.
 */
class ShardedOffsetsTest {
  private enum What {
    ASK,
    NULL,
    UNUSABLE,
    READ,
    EVENT,
    END,
    POLL,
    ACKNOWLEDGE,
    BEGIN_FLUSH,
    WRITE,
    END_FLUSH,
    CRASH,
    CRASH_AFTER_COMMIT
  }

  private record Action(What what, int which) {}

  /** A record of the control topic; no id where it is unusable. */
  private record Control(long offset, String id, boolean isNull) {}

  /** A task on one control partition, the control topic, and what consumers have seen. */
  private static final class World {
    final boolean isExactlyOnce;
    final int shardCount;
    final boolean drops;
    final ConnectModel connect;
    final List<Control> topic = new ArrayList<>();
    long end;
    PartitionLedger ledger;
    long position;

    /** Published sequences by control offset; the end is the last one, negative. */
    final Map<Long, List<Long>> published = new HashMap<>();

    final Map<Long, String> ids = new HashMap<>();

    /** Watches whose end is stored, and the last watch of each id that a stored offset had. */
    final Set<Long> storedEnds = new HashSet<>();

    final Map<String, Long> storedWatches = new HashMap<>();

    /** By watch: the control records that asked for it again in this run. */
    final Map<Long, Set<Long>> seenRepeats = new HashMap<>();

    /** Those of them that an event of the watch has stored. */
    final Set<Long> storedRepeats = new HashSet<>();

    /** Watches that were last ended by a null record. Another end may be lost in a crash. */
    final Set<Long> endedByNull = new HashSet<>();

    /** Control records that an open watch has answered. */
    final Map<Long, Long> answeredBy = new HashMap<>();

    World(boolean isExactlyOnce, int shardCount, boolean drops) {
      this.isExactlyOnce = isExactlyOnce;
      this.shardCount = shardCount;
      this.drops = drops;
      this.connect = new ConnectModel(isExactlyOnce, this::onPublished, this::onStored);
      restart();
    }

    void restart() {
      connect.crash();
      seenRepeats.clear();
      ledger = LedgerTrial.ledgerOfShards(shardCount);
      ledger.restore(connect.stored(), OptionalLong.empty());
      position = ledger.next().orElse(0);
    }

    void apply(Action action) {
      String id = "r" + action.which % 3;
      switch (action.what) {
        case ASK -> append(id, false, action.which);
        case NULL -> append(id, true, action.which);
        case UNUSABLE -> append(null, false, action.which);
        case READ -> read(action.which % 4);
        case EVENT -> emitEvent(action.which, false);
        case END -> emitEvent(action.which, true);
        case POLL -> connect.poll();
        case ACKNOWLEDGE -> connect.acknowledge(action.which);
        case BEGIN_FLUSH -> connect.beginFlush();
        case WRITE -> connect.write(action.which);
        case END_FLUSH -> connect.endFlush();
        case CRASH -> restart();
        case CRASH_AFTER_COMMIT -> {
          if (isExactlyOnce) {
            connect.commitTransaction();
          }
          restart();
        }
      }
    }

    /** Markers of transactions take offsets too. */
    private void append(String id, boolean isNull, int which) {
      end += which % 5 == 0 ? 1 : 0;
      if (id != null && !isNull) {
        ids.put(end, id);
      }
      topic.add(new Control(end++, id, isNull));
    }

    private void read(int max) {
      int left = max;
      for (Control control : topic) {
        if (left > 0 && control.offset >= position) {
          handle(control);
          position = control.offset + 1;
          left--;
        }
      }
    }

    /** As the intake does. */
    private void handle(Control control) {
      if (!control.isNull && ledger.isDone(control.offset)) {
        ledger.readUpTo(control.offset + 1);
      } else if (control.id == null) {
        ledger.readUpTo(control.offset + 1);
        ledger.holdUntilNextRecord(control.offset);
        connect.send(
            new Sent(ledger.snapshot(control.offset), "error " + control.offset, false, Set.of()));
      } else if (control.isNull) {
        for (WatchState watch : ledger.findAll(control.id)) {
          if (ledger.wasAskedForBefore(watch, control.offset)) {
            assertThat(watch.controlOffset()).isLessThan(control.offset);
            end(watch);
            endedByNull.add(watch.controlOffset());
            ledger.holdNullRecord(control.offset, watch);
          }
        }
        ledger.readUpTo(control.offset + 1);
      } else {
        startWatch(control);
      }
    }

    private void startWatch(Control control) {
      ledger.readUpTo(control.offset + 1);
      WatchState watch =
          WatchState.initial(WatchTrial.request("a/b", control.id), control.offset, false);
      WatchState open = ledger.get(watch.identity());
      if (!ledger.admit(watch) && open != null) {
        seenRepeats
            .computeIfAbsent(open.controlOffset(), offset -> new HashSet<>())
            .add(control.offset);
        answeredBy.put(control.offset, open.controlOffset());
      }
    }

    private void emitEvent(int which, boolean isEnd) {
      List<WatchState> open = ledger.listOldestFirst();
      if (open.isEmpty()) {
        return;
      }
      WatchState watch = open.get(which % open.size());
      if (isEnd) {
        end(watch);
        return;
      }
      WatchState after =
          new WatchState(
              watch.request(),
              watch.controlOffset(),
              watch.sequence() + 1,
              "IN_QUEUE",
              null,
              null,
              null);
      ledger.update(after);
      send(watch, false, drops && which % 7 == 0);
    }

    private void end(WatchState watch) {
      ledger.close(watch.identity());
      endedByNull.remove(watch.controlOffset());
      send(watch, true, drops && watch.controlOffset() % 5 == 0);
    }

    private void send(WatchState watch, boolean isEnd, boolean isDropped) {
      long offset = watch.controlOffset();
      if (!drops) {
        assertThat(storedEnds).as("a watch whose end is stored").doesNotContain(offset);
        assertThat(offset)
            .as("a watch before one that is stored")
            .isGreaterThanOrEqualTo(storedWatches.getOrDefault(watch.request().requestId(), 0L));
        assertThat(storedRepeats).as("a repeat that is stored").doesNotContain(offset);
      }
      long sequence = watch.sequence();
      connect.send(
          new Sent(
              ledger.snapshot(offset),
              offset + " " + (isEnd ? -1 - sequence : sequence),
              isDropped,
              Set.copyOf(seenRepeats.getOrDefault(offset, Set.of()))));
    }

    private void onPublished(Sent record) {
      String[] event = record.event().split(" ");
      if (event[0].equals("error")) {
        return;
      }
      long offset = Long.parseLong(event[0]);
      List<Long> sequences = published.computeIfAbsent(offset, watch -> new ArrayList<>());
      long sequence = Long.parseLong(event[1]);
      if (isExactlyOnce && !drops) {
        assertThat(sequence < 0 ? -1 - sequence : sequence).isEqualTo(sequences.size());
        assertThat(sequences).as("events before").noneMatch(earlier -> earlier < 0);
      }
      sequences.add(sequence);
      if (isExactlyOnce && !record.isDropped()) {
        storedRepeats.addAll(record.repeats());
      }
    }

    private void onStored(Map<Integer, SourceOffset> stored) {
      stored.forEach(
          (shard, offset) -> {
            Set<Long> open = new HashSet<>();
            for (WatchState watch : offset.open().values()) {
              open.add(watch.controlOffset());
              storedWatches.merge(watch.request().requestId(), watch.controlOffset(), Math::max);
            }
            published.forEach(
                (watch, sequences) -> {
                  if (watch % shardCount == shard
                      && watch < offset.next()
                      && !open.contains(watch)
                      && isOver(watch)) {
                    storedEnds.add(watch);
                  }
                });
          });
    }

    private boolean isOver(long watch) {
      return published.getOrDefault(watch, List.of()).stream().anyMatch(sequence -> sequence < 0);
    }

    /** Everything is read, ends and is published. */
    void finish() {
      read(Integer.MAX_VALUE);
      assertThat(ledger.open().values())
          .as("watches that a null record has ended")
          .noneMatch(watch -> endedByNull.contains(watch.controlOffset()));
      flush();
      ledger.listOldestFirst().forEach(this::end);
      flush();
      ids.forEach(
          (offset, id) ->
              assertThat(isAnswered(offset, id)).as("the watch of offset %s", offset).isTrue());
    }

    private boolean isAnswered(long offset, String id) {
      boolean isOver =
          published.keySet().stream()
              .anyMatch(watch -> watch >= offset && ids.get(watch).equals(id) && isOver(watch));
      return isOver || answeredBy.containsKey(offset) && isOver(answeredBy.get(offset));
    }

    void flush() {
      connect.acknowledgeAll();
      for (int i = 0; i < 5; i++) {
        connect.poll();
        connect.beginFlush();
        connect.endFlush();
      }
    }
  }

  @Property(tries = 3_000)
  void withExactlyOnceEachWatchIsWholeAndNoneIsDoubled(@ForAll("actions") List<Action> actions) {
    run(new World(true, 3, false), actions);
  }

  @Property(tries = 3_000)
  void withoutExactlyOnceNoWatchIsLost(@ForAll("actions") List<Action> actions) {
    run(new World(false, 3, false), actions);
  }

  @Property(tries = 1_000)
  void whereATransformDropsRecordsNoWatchIsLost(
      @ForAll("actions") List<Action> actions, @ForAll boolean isExactlyOnce) {
    run(new World(isExactlyOnce, 2, true), actions);
  }

  /** The more shards, the fewer watches have a neighbour. */
  @Property(tries = 500)
  void anyNumberOfShardsWillDo(
      @ForAll("actions") List<Action> actions, @ForAll boolean isExactlyOnce) {
    run(new World(isExactlyOnce, 1, false), actions);
    run(new World(isExactlyOnce, 17, false), actions);
  }

  private static void run(World world, List<Action> actions) {
    actions.forEach(world::apply);
    world.finish();
    world.restart();
    world.finish();
    assertThat(world.ledger.open()).isEmpty();
  }

  @Provide
  Arbitrary<List<Action>> actions() {
    return Combinators.combine(
            Arbitraries.frequency(
                Tuple.of(6, What.ASK),
                Tuple.of(2, What.NULL),
                Tuple.of(1, What.UNUSABLE),
                Tuple.of(8, What.READ),
                Tuple.of(6, What.EVENT),
                Tuple.of(5, What.END),
                Tuple.of(8, What.POLL),
                Tuple.of(6, What.ACKNOWLEDGE),
                Tuple.of(4, What.BEGIN_FLUSH),
                Tuple.of(4, What.WRITE),
                Tuple.of(4, What.END_FLUSH),
                Tuple.of(1, What.CRASH),
                Tuple.of(1, What.CRASH_AFTER_COMMIT)),
            Arbitraries.integers().between(0, 40))
        .as(Action::new)
        .list()
        .ofMaxSize(80);
  }
}
