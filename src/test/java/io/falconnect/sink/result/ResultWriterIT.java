// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.broker.KafkaBroker;
import io.falconnect.cluster.client.Topics;
import io.falconnect.connect.ValidationReport;
import io.falconnect.sink.FalRealtimeSinkConnector;
import io.falconnect.sink.RealtimeSinkConfig;
import io.falconnect.sink.SinkConfig;
import io.falconnect.sink.SinkConfigs;
import io.falconnect.sink.input.Assignment;
import io.falconnect.sink.input.Input;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import okio.ByteString;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Results on a real broker. */
class ResultWriterIT {
  private static final Assignment ASSIGNMENT = new Assignment(new TopicPartition("in", 0));

  private static KafkaBroker broker;
  private static Topics topics;

  @BeforeAll
  static void start() {
    broker = KafkaBroker.startNew();
    topics = new Topics(broker.bootstrap());
  }

  @AfterAll
  static void stop() {
    topics.close();
    broker.close();
  }

  /** Remembers what it is told. */
  private static final class Told implements Consumer<Acknowledgement> {
    private final List<String> words = new CopyOnWriteArrayList<>();

    @Override
    public void accept(Acknowledgement acknowledgement) {
      if (acknowledgement.unwritable() != null) {
        words.add("unwritable: " + acknowledgement.unwritable());
      } else if (acknowledgement.failure() != null) {
        words.add("broken: " + acknowledgement.failure().getMessage());
      } else {
        words.add("acknowledged");
      }
    }

    String await() {
      Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> !words.isEmpty());
      assertThat(words).hasSize(1);
      return words.get(0);
    }
  }

  private static String topic(Map<String, String> settings) {
    String topic = KafkaCluster.uniqueName("results");
    topics.create(topic, 1, settings);
    return topic;
  }

  private static ResultWriter open(SinkConfig config) {
    ResultForm form = new ResultForm(config.input().endpoint().value(), config.output().asStruct());
    return ResultWriter.open(config.output(), form);
  }

  private static ResultWriter open(String topic, String... more) {
    Map<String, String> props = SinkConfigs.props(more);
    props.put("result.bootstrap.servers", broker.bootstrap());
    props.put("result.topic", topic);
    return open(new RealtimeSinkConfig(props));
  }

  private static Publication publication(Object key) {
    SinkRecord record = new SinkRecord("in", 0, null, key, null, "{}", 4);
    return new Publication(new Input(record, ASSIGNMENT, 4, "r1", ByteString.EMPTY), 0);
  }

  private static ResultRecord result(int size) {
    return new ResultRecord(
        0, true, JsonNodeFactory.instance.textNode("x".repeat(size)), null, null, 9);
  }

  private static String written(ResultWriter writer, int size) {
    Told told = new Told();
    writer.write(publication("k"), result(size), told);
    return told.await();
  }

  @Test
  void aResultIsAcknowledgedWhenKafkaHasIt() {
    String topic = topic(Map.of());
    try (ResultWriter writer = open(topic)) {
      assertThat(writer.mayWrite()).isTrue();
      assertThat(written(writer, 10)).isEqualTo("acknowledged");
      assertThat(writer.unacknowledgedBytes()).isZero();
    }
    List<ConsumerRecord<String, String>> records = topics.readAll(topic);
    assertThat(records).hasSize(1);
    assertThat(records.get(0).key()).isEqualTo("k");
    assertThat(records.get(0).timestamp()).isEqualTo(9);
    assertThat(records.get(0).value()).contains("\"output\":\"xxxxxxxxxx\"");
  }

  @Test
  void whatIsTooLargeIsToldWithItsSizeAndTheNextOneIsWritten() {
    String topic = topic(Map.of("max.message.bytes", "50000"));
    try (ResultWriter writer = open(topic, "result.producer.max.request.size", "100000")) {
      assertThat(written(writer, 200_000))
          .startsWith("unwritable: its result, 200")
          .contains("'" + topic + "'", "result.producer.max.request.size", "max.message.bytes");
      assertThat(written(writer, 80_000))
          .startsWith("unwritable: its result, 80")
          .contains("max.message.bytes");
      assertThat(written(writer, 10)).isEqualTo("acknowledged");
      assertThat(writer.unacknowledgedBytes()).isZero();
    }
    assertThat(topics.readAll(topic)).hasSize(1);
  }

  @Test
  void whatTheConverterRefusesIsUnwritable() {
    try (ResultWriter writer =
        open(
            topic(Map.of()),
            "result.key.converter",
            "org.apache.kafka.connect.json.JsonConverter")) {
      Told told = new Told();
      writer.write(publication(new Object()), result(1), told);
      assertThat(told.await()).startsWith("unwritable: its result cannot be converted for topic");
    }
  }

  @Test
  void aMissingTopicIsNamed() {
    assertThatExceptionOfType(ConnectException.class)
        .isThrownBy(() -> open("no-such-topic", "result.producer.max.block.ms", "1000"))
        .withMessageContaining("The topic 'no-such-topic' (result.topic)")
        .withMessageContaining(broker.bootstrap());
    assertThatExceptionOfType(ConnectException.class)
        .isThrownBy(
            () -> open("results", "result.producer.max.in.flight.requests.per.connection", "9"))
        .withMessageContaining("max.in.flight.requests.per.connection");
  }

  @Test
  void aTopicThatTheClusterMakesOnDemandIsNotMissing() {
    KafkaBroker own =
        KafkaBroker.startNew(List.of("-Xmx256m"), Map.of("auto.create.topics.enable", "true"));
    try {
      Map<String, String> props = SinkConfigs.props("result.topic", "made-on-demand");
      props.put("result.bootstrap.servers", own.bootstrap());
      RealtimeSinkConfig config = new RealtimeSinkConfig(props);
      ValidationReport report = new ValidationReport(new Config(List.of()));
      OutputTopic.checkExists(config.output(), report);
      assertThat(report.hasErrors()).isFalse();
      Told told = new Told();
      try (ResultWriter made = open(config)) {
        made.write(publication("k"), result(1), told);
        assertThat(told.await()).isEqualTo("acknowledged");
      }
    } finally {
      own.close();
    }
  }

  @Test
  void closingTakesNoLongerThanItMayAndTellsTheRest() {
    KafkaBroker own = KafkaBroker.startNew();
    Told told = new Told();
    ResultWriter writer;
    try (Topics ownTopics = new Topics(own.bootstrap())) {
      ownTopics.create("results", 1);
      Map<String, String> props = SinkConfigs.props("result.topic", "results");
      props.put("result.bootstrap.servers", own.bootstrap());
      // It waits for more to send with it until the broker has gone.
      props.put("result.producer.linger.ms", "60000");
      writer = open(new RealtimeSinkConfig(props));
      writer.write(publication("k"), result(1_000), told);
      assertThat(writer.unacknowledgedBytes()).isGreaterThan(1_000);
    } finally {
      own.close();
    }
    long before = System.nanoTime();
    writer.close();
    // Far less than the producer itself would try for.
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(30));
    assertThat(told.await())
        .startsWith("broken: The result of input r1 (in-0, offset 4) cannot be written to topic");
    assertThat(writer.unacknowledgedBytes()).isZero();
    Told late = new Told();
    writer.write(publication("k"), result(1), late);
    assertThat(late.await()).startsWith("broken:");
  }

  @Test
  void validationLooksForTheTopic() {
    String topic = topic(Map.of());
    assertThat(validated(topic)).isEmpty();
    assertThat(validated("no-such-topic").toString()).contains("result.topic", "does not exist");
  }

  private static List<ConfigValue> validated(String topic) {
    Map<String, String> props =
        SinkConfigs.props("fal.run.url", "http://" + broker.bootstrap(), "result.topic", topic);
    props.put("result.bootstrap.servers", broker.bootstrap());
    return new FalRealtimeSinkConnector()
        .validate(props).configValues().stream()
            .filter(value -> !value.errorMessages().isEmpty())
            .filter(value -> !value.name().equals("fal.run.url"))
            .toList();
  }
}
