// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;

/** Watches that nobody would work on are never left in silence. */
class LeftWatchesTest {
  private final Map<Map<String, Object>, Map<String, Object>> stored = new HashMap<>();

  private void store(int partition, int shard, String topic, int partitions, String... requests) {
    StringBuilder open = new StringBuilder();
    for (String request : requests) {
      open.append(open.isEmpty() ? "" : ",").append("\"" + request + "\":[" + shard + ",1,1]");
    }
    stored.put(
        Map.of("partition", partition, "shard", shard),
        Map.of(
            "version",
            2,
            "topic",
            topic,
            "partitions",
            partitions,
            "next",
            shard + 1,
            "floor",
            shard,
            "open",
            requests.length == 0 ? "{}" : "{\"a/b\":{" + open + "}}"));
  }

  private void check(String topic, int partitions) {
    LeftWatches.check(new StoredTrial(stored), topic, partitions);
  }

  private ThrowableAssertAlternative<ConnectException> refused(String topic, int partitions) {
    return assertThatExceptionOfType(ConnectException.class)
        .isThrownBy(() -> check(topic, partitions));
  }

  @Test
  void watchesOfTheControlTopicAreNotLeft() {
    check("control", 1);
    store(0, 7, "control", 2, "r");
    store(1, 8, "control", 2, "s");
    check("control", 2);
    check("control", 3);
    check("control", 100);
  }

  @Test
  void watchesOfAnotherControlTopicAreNamed() {
    store(0, 7, "old", 1, "r", "s");
    store(0, 4_092, "old", 1, "t");
    store(0, 9, "old", 1);
    store(1, 9, "control", 2, "own");
    refused("control", 2)
        .withMessageContaining("3 open watches of control topic 'old'")
        .withMessageContaining("r of a/b")
        .withMessageContaining("s of a/b")
        .withMessageContaining("t of a/b")
        .withMessageContaining("reads 'control' with 2 partitions")
        .withMessageContaining("{\"partition\":{\"partition\":0,\"shard\":7},\"offset\":null}")
        .withMessageNotContaining("own")
        .withMessageNotContaining("\"shard\":9");
  }

  @Test
  void watchesOfPartitionsThatAreGoneAreNamed() {
    store(3, 1, "control", 4, "r");
    refused("control", 2).withMessageContaining("r of a/b").withMessageContaining("2 partitions");
    check("control", 4);
  }

  @Test
  void partitionsThatAreGoneAreSearchedWhereNothingIsKnown() {
    store(60, 3, "control", 61, "r");
    store(61, 4_000, "control", 62, "s");
    refused("control", 2).withMessageContaining("1 open watches").withMessageContaining("r of a/b");
    store(60, 3, "control", 62, "r");
    refused("control", 2).withMessageContaining("2 open watches").withMessageContaining("s of a/b");
  }

  @Test
  void anyStoredOffsetSaysHowManyPartitionsThereWere() {
    store(0, 5, "control", 90);
    store(89, 1, "control", 90, "r");
    refused("control", 2).withMessageContaining("r of a/b");
  }

  @Test
  void theMessageIsBounded() {
    for (int shard = 0; shard < 3_000; shard++) {
      store(0, shard, "old", 1, "r" + shard);
    }
    refused("control", 1)
        .withMessageContaining("3000 open watches")
        .withMessageContaining("and more")
        .withMessageContaining("DELETE")
        .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(2_500));
  }

  /** A task that is started with the configuration of another topic. */
  @Test
  void aTaskRefusesThemToo() {
    store(0, 7, "old", 1, "r");
    TopicPartition partition = new TopicPartition("control", 0);
    assertThatExceptionOfType(ConnectException.class)
        .isThrownBy(
            () -> LedgerStore.restoreLedgers(List.of(partition), 1, new StoredTrial(stored)))
        .withMessageContaining("r of a/b");
  }

  @Test
  void positionsOfAnotherTopicDoNotCount() {
    store(0, 7, "old", 1);
    TopicPartition partition = new TopicPartition("control", 0);
    assertThat(
            LedgerStore.restoreLedgers(List.of(partition), 1, new StoredTrial(stored))
                .get(partition)
                .next())
        .isEmpty();
  }
}
