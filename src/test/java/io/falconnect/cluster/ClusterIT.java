// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.falconnect.cluster.CountingSourceConnector.CountingTask;
import io.falconnect.cluster.client.ConnectRest;
import io.falconnect.cluster.client.ConnectRestException;
import io.falconnect.cluster.process.BuildOutput;
import io.falconnect.cluster.process.Jdk;
import io.falconnect.cluster.process.Jdks;
import io.falconnect.cluster.process.PluginJar;
import io.falconnect.cluster.worker.ConnectWorker;
import io.falconnect.cluster.worker.WorkerOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.connect.source.SourceConnector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Tests the processes that all other integration tests use. */
class ClusterIT {

  private static final String COUNTING = CountingSourceConnector.class.getName();

  private static KafkaCluster cluster;

  @BeforeAll
  static void start() {
    Jdk jdk = Jdks.workerJdk();
    Path plugin =
        PluginJar.write(
            BuildOutput.newFolder("counting"),
            SourceConnector.class,
            CountingSourceConnector.class,
            CountingTask.class);
    WorkerOptions options =
        WorkerOptions.defaults()
            .groupId("cluster-it")
            .jdk(jdk)
            .pluginPath(plugin)
            .secret("failure", "from the secrets file")
            .environment("HARNESS_COUNT", "7");
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
    ConnectWorker worker = cluster.worker();
    assertThat(worker.rest().plugins()).contains(COUNTING);
    assertThat(worker.residentBytes()).isGreaterThan(50_000_000);
    assertThat(worker.cpuSeconds()).isPositive();
    assertThat(worker.takeThreadDump()).contains("DistributedHerder");
    assertThat(worker.log())
        .contains("Kafka Connect started")
        .containsPattern("jvm.spec = [^\\n]*, " + Jdks.workerJdk().feature() + "[.+]");
  }

  @Test
  void aRefusalCarriesWhatTheWorkerSaid() {
    assertThatThrownBy(
            () -> cluster.rest().putConnector("none", Map.of("connector.class", "no.such.Class")))
        .isInstanceOf(ConnectRestException.class)
        .hasMessageContaining("no.such.Class");
    assertThat(cluster.rest().validate(COUNTING, Map.of("count", "many")).errors())
        .containsKeys("count", "topic", "name");
  }

  @Test
  void aConnectorGoesThroughItsLife() {
    String topic = topic(1);
    String name = KafkaCluster.uniqueName("life");
    ConnectRest rest = cluster.rest();
    rest.putConnector(name, counting(topic, "${env:HARNESS_COUNT}", ""));
    rest.awaitRunning(name, 1);
    assertThat(cluster.topics().awaitRecords(topic, 7)).hasSize(7);

    rest.pause(name);
    rest.stop(name);
    assertThat(rest.offsets(name).at("/offsets/0/offset/next").asLong()).isEqualTo(7);
    rest.patchOffsets(
        name, "{\"offsets\":[{\"partition\":{\"counter\":\"only\"},\"offset\":{\"next\":5}}]}");
    rest.resume(name);
    assertThat(values(cluster.topics().awaitRecords(topic, 9))).endsWith("\"5\"", "\"6\"");

    rest.putConnector(name, counting(topic, "7", cluster.worker().secret("failure")));
    assertThat(rest.awaitFailed(name).traces()).contains("from the secrets file");
    rest.delete(name);
    assertThat(rest.connectors()).doesNotContain(name);
  }

  @Test
  void aWorkerThatIsKilledComesBackToItsWork() {
    String topic = topic(1);
    String name = KafkaCluster.uniqueName("killed");
    cluster.rest().putConnector(name, counting(topic, "2000", ""));
    cluster.topics().awaitRecords(topic, 100);

    cluster.worker().kill();
    cluster.worker().start();

    List<String> expected = IntStream.range(0, 2_000).mapToObj(n -> "\"" + n + "\"").toList();
    assertThat(values(cluster.topics().awaitRecords(topic, 2_000))).isEqualTo(expected);
    cluster.rest().awaitRunning(name, 1);
    cluster.rest().delete(name);
  }

  @Test
  void aBrokerThatIsKilledComesBackWithWhatItHad() {
    String topic = topic(1);
    cluster.topics().produce(topic, "key", "before");

    cluster.brokerProcess().kill();
    assertThat(cluster.brokerProcess().process().isAlive()).isFalse();
    cluster.brokerProcess().start();

    cluster.topics().produce(topic, "key", null);
    assertThat(values(cluster.topics().readAll(topic))).containsExactly("before", null);
  }

  @Test
  void readersSeeCommittedTransactionsOnly() {
    String topic = topic(1);
    cluster.topics().produceCommitted(List.of(message(topic, "1"), message(topic, "2")));
    cluster.topics().produceAborted(List.of(message(topic, "lost")));
    cluster.topics().produceCommitted(List.of(message(topic, "3")));

    assertThat(values(cluster.topics().readAll(topic))).containsExactly("1", "2", "3");
    cluster.topics().setPartitions(topic, 2);
    cluster.topics().produce(topic, 1, "key", "4");
    assertThat(cluster.topics().awaitRecords(topic, 4)).hasSize(4);
  }

  private static String topic(int partitions) {
    String topic = KafkaCluster.uniqueName("topic");
    cluster.topics().create(topic, partitions);
    return topic;
  }

  private static Map<String, String> counting(String topic, String count, String failure) {
    return Map.of("connector.class", COUNTING, "topic", topic, "count", count, "failure", failure);
  }

  private static List<String> values(List<ConsumerRecord<String, String>> records) {
    return records.stream().map(ConsumerRecord::value).toList();
  }

  private static ProducerRecord<byte[], byte[]> message(String topic, String value) {
    return new ProducerRecord<>(topic, value.getBytes(UTF_8));
  }
}
