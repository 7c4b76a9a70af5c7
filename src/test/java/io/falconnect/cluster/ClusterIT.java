// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The processes that all other integration tests stand on. */
class ClusterIT {

  private static KafkaCluster cluster;

  @BeforeAll
  static void start() {
    WorkerOptions options =
        WorkerOptions.defaults().groupId("cluster-it").jdk(Jdks.chosen()).secret("key", "s3cr3t");
    cluster = KafkaCluster.start(options, 1);
  }

  @AfterAll
  static void close() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void aWorkerListsItsPluginsAndTellsItsState() {
    assertThat(cluster.rest().plugins()).isNotNull();
    assertThat(cluster.worker().rss()).isGreaterThan(50_000_000);
    assertThat(cluster.worker().cpuSeconds()).isPositive();
    assertThat(cluster.worker().threadDump()).contains("DistributedHerder");
    assertThat(cluster.worker().log()).contains("Kafka Connect started");
  }

  @Test
  void aRefusalCarriesWhatTheWorkerSaid() {
    assertThatThrownBy(
            () -> cluster.rest().putConnector("none", Map.of("connector.class", "no.such.Class")))
        .isInstanceOf(ConnectRestException.class)
        .hasMessageContaining("no.such.Class");
  }

  @Test
  void brokerAndWorkerComeBackFromKillWithWhatTheyHad() {
    String topic = KafkaCluster.uniqueName("kept");
    cluster.topics().create(topic, 1);
    cluster.topics().produce(topic, "key", "before");

    cluster.worker().kill();
    cluster.broker().kill();
    assertThat(cluster.worker().isAlive()).isFalse();
    cluster.broker().start();
    cluster.worker().start();

    cluster.topics().produce(topic, "key", null);
    assertThat(cluster.topics().readAll(topic))
        .extracting(ConsumerRecord::value)
        .containsExactly("before", null);
    assertThat(cluster.rest().connectors()).isEmpty();
  }

  @Test
  void readersSeeCommittedTransactionsOnly() {
    String topic = KafkaCluster.uniqueName("transactions");
    cluster.topics().create(topic, 1);
    cluster.topics().produceCommitted(List.of(message(topic, "1"), message(topic, "2")));
    cluster.topics().produceAborted(List.of(message(topic, "lost")));
    cluster.topics().produceCommitted(List.of(message(topic, "3")));

    assertThat(cluster.topics().readAll(topic))
        .extracting(ConsumerRecord::value)
        .containsExactly("1", "2", "3");
    cluster.topics().setPartitions(topic, 2);
    cluster.topics().produce(topic, 1, "key", "4");
    assertThat(cluster.topics().awaitRecords(topic, 4)).hasSize(4);
  }

  private static ProducerRecord<byte[], byte[]> message(String topic, String value) {
    return new ProducerRecord<>(topic, value.getBytes(UTF_8));
  }
}
