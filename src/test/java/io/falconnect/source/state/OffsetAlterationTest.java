// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;

class OffsetAlterationTest {
  private static final Map<String, Object> SHARD = Map.of("partition", 0L, "shard", 5);
  private static final Map<String, Object> FLOOR = Map.of("partition", 1);

  private static Map<String, Object> offset(String open) {
    Map<String, Object> offset = new HashMap<>();
    offset.put("version", 2);
    offset.put("topic", "t");
    offset.put("partitions", 2);
    offset.put("next", 6);
    offset.put("floor", 0L);
    offset.put("open", open);
    return offset;
  }

  private static void check(Map<String, ?> partition, Map<String, ?> offset) {
    Map<Map<String, ?>, Map<String, ?>> alteration = new HashMap<>();
    alteration.put(partition, offset);
    OffsetAlteration.check("t", OptionalInt.of(2), alteration);
  }

  private static void refused(Map<String, ?> partition, Map<String, ?> offset, String reason) {
    assertThatExceptionOfType(ConnectException.class)
        .isThrownBy(() -> check(partition, offset))
        .withMessageContaining("source partition")
        .withMessageContaining(reason);
  }

  @Test
  void theStateOfAShardAndAFloorMayBeSet() {
    check(SHARD, offset("{}"));
    check(SHARD, offset("{\"a/b\":{\"r\":[5,0]}}"));
    check(FLOOR, Map.of("version", 2, "next", 7));
    check(FLOOR, Map.of("version", 2L, "next", 7L, "topic", "t"));
    check(FLOOR, offset("{}"));
  }

  @Test
  void anythingMayBeReset() {
    check(SHARD, null);
    check(FLOOR, null);
    check(Map.of("topic", "t", "partition", 7), null);
    check(Map.of("anything", 1), null);
    check(null, null);
  }

  @Test
  void version1IsRefusedInClearWords() {
    Map<String, Object> version1 = Map.of("version", 1, "next", 5, "open", "{}");
    refused(Map.of("topic", "t", "partition", 0), version1, "format version 1");
    refused(SHARD, version1, "format version 1");
    refused(FLOOR, version1, "format version 1");
  }

  @Test
  void otherPartitionsAreRefused() {
    for (Map<String, Object> odd :
        List.<Map<String, Object>>of(
            Map.of(),
            Map.of("shard", 1),
            Map.of("partition", 0, "more", 1),
            Map.of("partition", "0"),
            Map.of("partition", 0.0),
            Map.of("partition", -1),
            Map.of("partition", 0, "shard", -1),
            Map.of("partition", 0, "shard", "1"),
            Map.of("partition", 0, "shard", Shards.COUNT))) {
      assertThatExceptionOfType(ConnectException.class)
          .isThrownBy(() -> check(odd, offset("{}")))
          .withMessageContaining(odd.toString());
    }
    refused(Map.of("partition", 2), offset("{}"), "control topic 't' has 2 partitions");
    refused(Map.of("partition", 2, "shard", 1), offset("{}"), "has 2 partitions");
    OffsetAlteration.check(
        "t", OptionalInt.empty(), Map.of(Map.of("partition", 2), Map.of("version", 2, "next", 7)));
  }

  @Test
  void otherOffsetsAreRefused() {
    refused(SHARD, offset("x"), "'open' is not JSON");
    refused(SHARD, offset("{\"a/b\":{\"r\":[6,0]}}"), "belongs to shard 6");
    refused(FLOOR, offset("{\"a/b\":{\"r\":[5,0]}}"), "only the offset of a shard");
    refused(FLOOR, Map.of("version", 2), "'next'");
    refused(FLOOR, Map.of("version", 2, "next", 1, "more", 1), "keys other than");
    for (Map<String, Object> partition : List.of(SHARD, FLOOR)) {
      Map<String, Object> other = offset("{}");
      other.put("topic", "other");
      refused(partition, other, "of control topic 'other', but the connector reads 't'");
    }
  }
}
