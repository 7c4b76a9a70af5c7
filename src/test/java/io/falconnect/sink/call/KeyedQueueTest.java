// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.sink.delivery.InFlightInput;
import io.falconnect.sink.input.Assignment;
import io.falconnect.sink.input.Input;
import io.falconnect.sink.input.Inputs;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import okio.ByteString;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

class KeyedQueueTest {
  private final KeyedQueue queue = new KeyedQueue(100);
  private final Assignment assignment = new Assignment(new TopicPartition("inputs", 0));

  @Test
  void ofAKeyOneAtATimeAndWithoutAKeyAll() {
    InFlightInput a1 = add("a", 0);
    InFlightInput a2 = add("a", 1);
    InFlightInput none1 = add(null, 2);
    InFlightInput none2 = add(null, 3);
    assertThat(drain(0)).containsExactly(a1, none1, none2);
    queue.finish(none1);
    assertThat(drain(0)).isEmpty();
    queue.finish(a1);
    assertThat(drain(0)).containsExactly(a2);
    assertThat(queue.size()).isEqualTo(2);
    queue.finish(a2);
    assertThat(queue.isEmpty()).isTrue();
    queue.finish(none2);
    assertThat(queue.size()).isZero();
  }

  @Test
  void whatIsTriedAgainKeepsItsPlaceBeforeOthersOfItsKey() {
    InFlightInput first = add("a", 0);
    InFlightInput second = add("a", 1);
    assertThat(drain(0)).containsExactly(first);
    queue.retryAt(first, 10);
    assertThat(queue.size()).isEqualTo(2);
    assertThat(drain(9)).isEmpty();
    assertThat(drain(10)).containsExactly(first);
    queue.finish(first);
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
    InFlightInput first = add("a", 0);
    assertThat(drain(0)).containsExactly(first);
    queue.retryAt(first, 1_000);
    Assignment back = new Assignment(assignment.partition());
    assignment.revoke();
    InFlightInput later = inFlight("a", 0, back);
    queue.add(later);
    assertThat(drain(0)).isEmpty();
    queue.dropRevoked();
    assertThat(drain(0)).containsExactly(later);
  }

  @Test
  void noneBeginsTooFarAheadOfTheOldestThatIsNotOver() {
    KeyedQueue narrow = new KeyedQueue(3);
    List<InFlightInput> turns = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      turns.add(inFlight(null, i));
      narrow.add(turns.get(i));
    }
    assertThat(drain(narrow, 0)).isEqualTo(turns.subList(0, 3));
    narrow.finish(turns.get(1));
    narrow.finish(turns.get(2));
    assertThat(drain(narrow, 0)).isEmpty();
    narrow.retryAt(turns.get(0), 5);
    assertThat(drain(narrow, 4)).isEmpty();
    assertThat(drain(narrow, 5)).containsExactly(turns.get(0));
    narrow.finish(turns.get(0));
    assertThat(drain(narrow, 5)).isEqualTo(turns.subList(3, 6));
  }

  @Test
  void aRevokedInputThatIsUnderWayHoldsUpNobody() {
    KeyedQueue narrow = new KeyedQueue(1);
    InFlightInput underWay = inFlight(null, 0);
    narrow.add(underWay);
    assertThat(drain(narrow, 0)).containsExactly(underWay);
    assignment.revoke();
    InFlightInput other = inFlight(null, 0, new Assignment(assignment.partition()));
    narrow.add(other);
    assertThat(drain(narrow, 0)).isEmpty();
    narrow.dropRevoked();
    assertThat(drain(narrow, 0)).containsExactly(other);
    narrow.finish(underWay);
    narrow.finish(other);
    assertThat(narrow.size()).isZero();
  }

  @Property
  void everyInputHasItsTurnAndKeysKeepTheirOrder(
      @ForAll @IntRange(min = 1, max = 5) int keys,
      @ForAll @IntRange(min = 1, max = 8) int slots,
      @ForAll @IntRange(min = 1, max = 12) int ahead,
      @ForAll long seed) {
    KeyedQueue all = new KeyedQueue(ahead);
    Random random = new Random(seed);
    Map<Object, List<Long>> seen = new HashMap<>();
    List<InFlightInput> underWay = new ArrayList<>();
    Set<InFlightInput> begun = new LinkedHashSet<>();
    Set<InFlightInput> over = new HashSet<>();
    long now = 0;
    int added = 0;
    int finished = 0;
    while (finished < 100) {
      if (added < 100 && random.nextBoolean()) {
        all.add(inFlight("key" + random.nextInt(keys), added++));
      }
      InFlightInput next = underWay.size() < slots ? all.next(now++) : null;
      if (next != null) {
        assertThat(underWay).noneMatch(input -> key(input).equals(key(next)));
        begun.add(next);
        assertThat(begun.stream().dropWhile(over::contains).count()).isLessThanOrEqualTo(ahead);
        underWay.add(next);
      } else if (!underWay.isEmpty()) {
        InFlightInput input = underWay.remove(random.nextInt(underWay.size()));
        if (random.nextInt(4) == 0) {
          all.retryAt(input, now + random.nextInt(5));
        } else {
          seen.computeIfAbsent(key(input), k -> new ArrayList<>()).add(input.input().offset());
          all.finish(input);
          over.add(input);
          finished++;
        }
      }
    }
    seen.values().forEach(offsets -> assertThat(offsets).isSorted());
    assertThat(all.isEmpty()).isTrue();
  }

  private static Object key(InFlightInput input) {
    return input.orderingKey();
  }

  private InFlightInput add(String key, long offset) {
    InFlightInput input = inFlight(key, offset);
    queue.add(input);
    return input;
  }

  private InFlightInput inFlight(String key, long offset) {
    return inFlight(key, offset, assignment);
  }

  private static InFlightInput inFlight(String key, long offset, Assignment assignment) {
    SinkRecord record = new SinkRecord("inputs", 0, null, key, null, null, offset);
    return Inputs.inFlight(new Input(record, assignment, offset, "id" + offset, ByteString.EMPTY));
  }

  private List<InFlightInput> drain(long now) {
    return drain(queue, now);
  }

  private static List<InFlightInput> drain(KeyedQueue queue, long now) {
    List<InFlightInput> turns = new ArrayList<>();
    for (InFlightInput input = queue.next(now); input != null; input = queue.next(now)) {
      turns.add(input);
    }
    return turns;
  }
}
