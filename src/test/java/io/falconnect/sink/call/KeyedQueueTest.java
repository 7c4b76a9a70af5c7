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
  private final KeyedQueue queue = new KeyedQueue();
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
  void anInputThatIsHeldKeepsItsPlaceAndLeavesWithItsPartition() {
    InFlightInput first = add("a", 0);
    InFlightInput second = add("a", 1);
    assertThat(drain(0)).containsExactly(first);
    queue.hold(first);
    assertThat(drain(1_000)).isEmpty();
    assertThat(queue.isEmpty()).isFalse();
    assertThat(queue.hasWaiting(true)).isFalse();
    queue.retryAt(first, 1_000);
    assertThat(drain(1_000)).containsExactly(first);
    queue.hold(first);
    queue.startHeld(first);
    queue.finish(first);
    assertThat(drain(1_000)).containsExactly(second);
    queue.hold(second);
    assignment.revoke();
    List<InFlightInput> dropped = new ArrayList<>();
    queue.dropRevoked(dropped::add);
    assertThat(dropped).containsExactly(second);
    assertThat(queue.size()).isZero();
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void revokedInputsLeaveAtOnce() {
    InFlightInput underWay = add("a", 0);
    assertThat(drain(0)).containsExactly(underWay);
    InFlightInput failed = add("b", 1);
    assertThat(drain(0)).containsExactly(failed);
    queue.retryAt(failed, 1_000);
    add("a", 2);
    add("b", 3);
    add("c", 4);
    add(null, 5);
    Assignment back = new Assignment(assignment.partition());
    InFlightInput againA = addTo(back, "a", 0);
    InFlightInput againB = addTo(back, "b", 1);
    InFlightInput againC = addTo(back, "c", 4);
    assertThat(queue.size()).isEqualTo(9);
    assignment.revoke();
    List<InFlightInput> dropped = new ArrayList<>();
    queue.dropRevoked(dropped::add);
    assertThat(dropped).containsExactly(failed);
    assertThat(queue.size()).isEqualTo(4);
    assertThat(drain(2_000)).containsExactlyInAnyOrder(againB, againC);
    queue.finish(underWay);
    assertThat(drain(2_000)).containsExactly(againA);
  }

  @Test
  void aRevokedInputNeverStarts() {
    add("a", 0);
    add("a", 1);
    add(null, 2);
    assignment.revoke();
    assertThat(drain(0)).isEmpty();
    assertThat(queue.isEmpty()).isTrue();
    assertThat(queue.size()).isZero();
  }

  @Test
  void aRetryThatMayNotStartHoldsUpNoOther() {
    InFlightInput first = add("a", 0);
    InFlightInput second = add("b", 1);
    assertThat(drain(0)).containsExactly(first, second);
    queue.retryAt(first, 1);
    queue.retryAt(second, 2);
    assertThat(queue.nextRetry(5, input -> input == second)).isSameAs(second);
    assertThat(queue.nextRetry(5, input -> false)).isNull();
    assertThat(queue.nextRetry(5, input -> true)).isSameAs(first);
  }

  /** Against a model: what is neither finished nor revoked starts, and keys keep their order. */
  @Property
  void everyInputHasItsTurnAndKeysKeepTheirOrder(
      @ForAll @IntRange(min = 1, max = 5) int keys,
      @ForAll @IntRange(min = 1, max = 8) int slots,
      @ForAll long seed) {
    KeyedQueue all = new KeyedQueue();
    Random random = new Random(seed);
    Map<Object, List<Long>> seen = new HashMap<>();
    List<InFlightInput> underWay = new ArrayList<>();
    Set<InFlightInput> unfinished = new HashSet<>();
    Assignment current = new Assignment(assignment.partition());
    long now = 0;
    long added = 0;
    while (added < 100 || !unfinished.isEmpty()) {
      if (added < 100 && random.nextBoolean()) {
        InFlightInput input = inFlight("key" + random.nextInt(keys), added++, current);
        unfinished.add(input);
        all.add(input);
      }
      if (random.nextInt(40) == 0) {
        current.revoke();
        current = new Assignment(assignment.partition());
        unfinished.removeIf(input -> input.isRevoked() && !underWay.contains(input));
        all.dropRevoked(input -> {});
      }
      InFlightInput next = underWay.size() < slots ? next(all, now++) : null;
      if (next != null) {
        assertThat(underWay).noneMatch(input -> key(input).equals(key(next)));
        assertThat(unfinished).contains(next);
        underWay.add(next);
      } else if (!underWay.isEmpty()) {
        InFlightInput input = underWay.remove(random.nextInt(underWay.size()));
        if (random.nextInt(4) == 0 && !input.isRevoked()) {
          all.retryAt(input, now + random.nextInt(5));
        } else {
          seen.computeIfAbsent(key(input), k -> new ArrayList<>()).add(input.input().offset());
          all.finish(input);
          unfinished.remove(input);
        }
      }
      assertThat(all.size()).isEqualTo(unfinished.size());
    }
    seen.values().forEach(offsets -> assertThat(offsets).isSorted());
    assertThat(all.isEmpty()).isTrue();
  }

  private static Object key(InFlightInput input) {
    return input.orderingKey();
  }

  private InFlightInput add(String key, long offset) {
    return addTo(assignment, key, offset);
  }

  private InFlightInput addTo(Assignment to, String key, long offset) {
    InFlightInput input = inFlight(key, offset, to);
    queue.add(input);
    return input;
  }

  private static InFlightInput inFlight(String key, long offset, Assignment assignment) {
    SinkRecord record = new SinkRecord("inputs", 0, null, key, null, null, offset);
    return Inputs.inFlight(new Input(record, assignment, offset, "id" + offset, ByteString.EMPTY));
  }

  private List<InFlightInput> drain(long now) {
    List<InFlightInput> inputs = new ArrayList<>();
    for (InFlightInput input = next(queue, now); input != null; input = next(queue, now)) {
      inputs.add(input);
    }
    return inputs;
  }

  private static InFlightInput next(KeyedQueue queue, long now) {
    InFlightInput retry = queue.nextRetry(now, input -> true);
    return retry == null ? queue.nextReady() : retry;
  }
}
