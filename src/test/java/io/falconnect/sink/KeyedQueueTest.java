// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import okio.ByteString;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

class KeyedQueueTest {
  private final KeyedQueue queue = new KeyedQueue();
  private final Assignment assignment = new Assignment(new TopicPartition("inputs", 0));

  @Test
  void ofAKeyOneAtATimeAndWithoutAKeyAll() {
    Turn a1 = add("a", 0);
    Turn a2 = add("a", 1);
    Turn none1 = add(null, 2);
    Turn none2 = add(null, 3);
    assertThat(drain(0)).containsExactly(a1, none1, none2);
    queue.finished(none1);
    assertThat(drain(0)).isEmpty();
    queue.finished(a1);
    assertThat(drain(0)).containsExactly(a2);
    assertThat(queue.size()).isEqualTo(2);
    queue.finished(a2);
    assertThat(queue.isEmpty()).isTrue();
    queue.finished(none2);
    assertThat(queue.size()).isZero();
  }

  @Test
  void whatIsTriedAgainKeepsItsPlaceBeforeOthersOfItsKey() {
    Turn first = add("a", 0);
    Turn second = add("a", 1);
    assertThat(drain(0)).containsExactly(first);
    queue.again(first, 10);
    assertThat(queue.size()).isEqualTo(2);
    assertThat(drain(9)).isEmpty();
    assertThat(drain(10)).containsExactly(first);
    queue.finished(first);
    assertThat(drain(10)).containsExactly(second);
  }

  @Test
  void revokedInputsAreLetGo() {
    add("a", 0);
    add("a", 1);
    add(null, 2);
    assignment.revoke();
    assertThat(drain(0)).isEmpty();
    assertThat(queue.isEmpty()).isTrue();
    assertThat(queue.size()).isZero();
  }

  @Test
  void revokedInputsThatWaitToBeTriedAgainHoldUpNobody() {
    Turn first = add("a", 0);
    assertThat(drain(0)).containsExactly(first);
    queue.again(first, 1_000);
    Assignment back = new Assignment(assignment.partition());
    assignment.revoke();
    Turn later = turn("a", 0, back);
    queue.add(later);
    assertThat(drain(0)).isEmpty();
    queue.revoked();
    assertThat(drain(0)).containsExactly(later);
  }

  @Property
  void everyInputHasItsTurnAndKeysKeepTheirOrder(
      @ForAll @IntRange(min = 1, max = 5) int keys,
      @ForAll @IntRange(min = 1, max = 8) int slots,
      @ForAll long seed) {
    KeyedQueue all = new KeyedQueue();
    Random random = new Random(seed);
    Map<Object, List<Long>> seen = new HashMap<>();
    List<Turn> underWay = new ArrayList<>();
    long now = 0;
    int added = 0;
    int finished = 0;
    while (finished < 100) {
      if (added < 100 && random.nextBoolean()) {
        all.add(turn("key" + random.nextInt(keys), added++));
      }
      Turn next = underWay.size() < slots ? all.next(now++) : null;
      if (next != null) {
        assertThat(underWay).noneMatch(turn -> key(turn).equals(key(next)));
        underWay.add(next);
      } else if (!underWay.isEmpty()) {
        Turn over = underWay.remove(random.nextInt(underWay.size()));
        if (random.nextInt(4) == 0) {
          all.again(over, now + random.nextInt(5));
        } else {
          seen.computeIfAbsent(key(over), k -> new ArrayList<>()).add(over.pending.input.offset());
          all.finished(over);
          finished++;
        }
      }
    }
    seen.values().forEach(offsets -> assertThat(offsets).isSorted());
    assertThat(all.isEmpty()).isTrue();
  }

  private static Object key(Turn turn) {
    return turn.pending.input.orderingKey();
  }

  private Turn add(String key, long offset) {
    Turn turn = turn(key, offset);
    queue.add(turn);
    return turn;
  }

  private Turn turn(String key, long offset) {
    return turn(key, offset, assignment);
  }

  private static Turn turn(String key, long offset, Assignment assignment) {
    SinkRecord record = new SinkRecord("inputs", 0, null, key, null, null, offset);
    return new Turn(
        Inputs.pending(new Input(record, assignment, offset, "id" + offset, ByteString.EMPTY)));
  }

  private List<Turn> drain(long now) {
    List<Turn> turns = new ArrayList<>();
    for (Turn turn = queue.next(now); turn != null; turn = queue.next(now)) {
      turns.add(turn);
    }
    return turns;
  }
}
