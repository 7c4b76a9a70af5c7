// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.security;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.falconnect.cluster.ForwardProxy;
import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.client.ConfigValidation;
import io.falconnect.cluster.client.ConnectRest;
import io.falconnect.cluster.client.ConnectorStatus;
import io.falconnect.simulator.FalSimulator;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * A connector of any kind between its own topics and a simulator of fal, with methods to send input
 * and to wait for results.
 */
final class TestedConnector implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(90);

  final Kind kind;
  final String name;

  /** The topic of its input. */
  final String input;

  /** The topic of its output. */
  final String output;

  /** The topic of unusable records. */
  final String unusable;

  /** The topic of results of the source. */
  final String results;

  final String endpoint;
  private final KafkaCluster cluster;
  private final Map<String, String> config = new HashMap<>();
  private int sent;

  /** The kinds of connectors. */
  enum Kind {
    SOURCE("source.FalStatusSourceConnector", "control", "control.consumer."),
    REALTIME("sink.FalRealtimeSinkConnector", "result", "result.producer."),
    STREAM("sink.FalStreamSinkConnector", "result", "result.producer."),
    QUEUE("sink.FalQueueSinkConnector", "requests", "requests.producer.");

    /** The prefix of the keys of its own client. */
    final String client;

    private final String type;
    private final String prefix;

    Kind(String type, String prefix, String client) {
      this.type = "io.falconnect." + type;
      this.prefix = prefix;
      this.client = client;
    }
  }

  /** Creates the topics, with an endpoint that no other test uses; posts nothing yet. */
  TestedConnector(Kind kind, KafkaCluster cluster, FalSimulator fal) {
    this.kind = kind;
    this.cluster = cluster;
    this.name = KafkaCluster.uniqueName(kind.name().toLowerCase());
    this.input = name + "-in";
    this.output = name + "-out";
    this.unusable = name + "-unusable";
    this.results = name + "-results";
    this.endpoint = "fal-ai/" + name;
    topics().forEach(topic -> cluster.topics().create(topic, 1));
    with("connector.class", kind.type);
    with("tasks.max", "1");
    with(kind.prefix + ".bootstrap.servers", cluster.bootstrap());
    with("fal.endpoint.id", endpoint);
    with("fal.queue.url", fal.queueUrl());
    with("fal.retry.backoff.ms", "50");
    with("fal.retry.backoff.max.ms", "500");
    with("key.converter", "org.apache.kafka.connect.storage.StringConverter");
    with("value.converter", "org.apache.kafka.connect.json.JsonConverter");
    with("value.converter.schemas.enable", "false");
    if (kind == Kind.SOURCE) {
      configureSource();
    } else {
      configureSink(fal);
    }
  }

  private void configureSource() {
    with("control.topic", input);
    with("status.topic", output);
    with("result.topic", results);
  }

  private void configureSink(FalSimulator fal) {
    with("topics", input);
    with(kind.prefix + ".topic", output);
    with("consumer.override.auto.offset.reset", "earliest");
    // Short sessions: a consumer without rights cannot leave its group.
    with("consumer.override.session.timeout.ms", "6000");
    with("consumer.override.heartbeat.interval.ms", "1000");
    with("fal.run.url", fal.runUrl());
    with("fal.rest.url", fal.restUrl());
  }

  /** Its topics. */
  List<String> topics() {
    Stream<String> all = Stream.of(input, output, unusable);
    return (kind == Kind.SOURCE ? Stream.concat(all, Stream.of(results)) : all).toList();
  }

  /** Unusable records are skipped and reported. */
  TestedConnector withErrorTolerance() {
    with("errors.tolerance", "all");
    if (kind == Kind.SOURCE) {
      return with("errors.topic", unusable);
    }
    return with("errors.deadletterqueue.topic.name", unusable)
        .with("errors.deadletterqueue.topic.replication.factor", "1")
        .with("errors.deadletterqueue.context.headers.enable", "true");
  }

  /** Settings of its own client, such as the user. */
  TestedConnector withClient(Map<String, String> client) {
    client.forEach((key, value) -> with(kind.client + key, value));
    return this;
  }

  TestedConnector withBootstrap(String bootstrap) {
    return with(kind.prefix + ".bootstrap.servers", bootstrap);
  }

  /** Trusts the simulator's certificate. */
  TestedConnector withTrustStore(FalSimulator fal, String password) {
    return with("fal.ssl.truststore.location", fal.trustStore().toString())
        .with("fal.ssl.truststore.password", password)
        .with("fal.ssl.truststore.type", "PKCS12");
  }

  /** Credentials of its own converter for a schema registry. */
  TestedConnector withRegistry(String user) {
    return with(kind.prefix + ".value.converter.basic.auth.user.info", user);
  }

  TestedConnector withProxy(ForwardProxy proxy, String user, String password) {
    return with("fal.proxy.url", proxy.url())
        .with("fal.proxy.user", user)
        .with("fal.proxy.password", password);
  }

  /** Sets a key; null removes it. */
  TestedConnector with(String key, String value) {
    if (value == null) {
      config.remove(key);
    } else {
      config.put(key, value);
    }
    return this;
  }

  Map<String, String> config() {
    Map<String, String> copy = new HashMap<>(config);
    copy.put("name", name);
    return copy;
  }

  ConnectRest rest() {
    return cluster.rest();
  }

  ConfigValidation validate() {
    return rest().validate(kind.type, config());
  }

  /** Posts it without waiting. */
  TestedConnector post() {
    rest().putConnector(name, config);
    return this;
  }

  /** Posts it and waits until it runs. */
  TestedConnector start() {
    post();
    rest().awaitRunning(name, 1);
    return this;
  }

  /** The key of the next input. */
  String nextKey() {
    return name + "-" + (sent + 1);
  }

  /** Sends a new input and returns its key. */
  String send() {
    String key = nextKey();
    sent++;
    send(key, "{\"prompt\":\"a lighthouse\"}");
    return key;
  }

  /** Sends an input; for the source, a control record whose request id is the key. */
  void send(String key, String value) {
    String asked = "{\"request_id\":\"" + key + "\"}";
    cluster.topics().produce(input, key, kind == Kind.SOURCE ? asked : value);
  }

  /** Sends an input that no connector can use. */
  void sendUnusable() {
    cluster.topics().produce(input, "unusable", "7");
  }

  /** Waits until the input of this key has succeeded and all its records are there. */
  void awaitDone(String key) {
    cluster
        .topics()
        .awaitRecords(
            output, key + " to be done", LIMIT, all -> all.stream().anyMatch(r -> isDone(r, key)));
    if (kind == Kind.SOURCE) {
      cluster
          .topics()
          .awaitRecords(
              results,
              "result of " + key,
              LIMIT,
              all -> all.stream().anyMatch(r -> r.key().equals(key)));
    }
  }

  /** Waits until there is an outcome of this key. */
  void awaitOutcome(String key) {
    cluster
        .topics()
        .awaitRecords(
            output,
            "an outcome of " + key,
            LIMIT,
            all ->
                all.stream()
                    .anyMatch(r -> r.key().equals(key) && r.value().contains("\"outcome\":\"")));
  }

  /** Waits until unusable records have been reported. */
  void awaitUnusable(int count) {
    cluster.topics().awaitRecords(unusable, count);
  }

  /** Waits until it has failed, and returns the trace. */
  String awaitFailure() {
    return rest().awaitStatus(name, name + " to fail", LIMIT, ConnectorStatus::isFailed).traces();
  }

  private boolean isDone(ConsumerRecord<String, String> record, String key) {
    return switch (kind) {
      case SOURCE -> record.key().equals(key) && record.value().contains("\"SUCCEEDED\"");
      case REALTIME, STREAM ->
          record.key().equals(key)
              && record.value().contains("\"final\":true")
              && record.value().contains("\"error\":null");
      case QUEUE -> {
        Header from = record.headers().lastHeader("fal.input.key");
        yield from != null && new String(from.value(), UTF_8).equals(key);
      }
    };
  }

  @Override
  public void close() {
    if (rest().connectors().contains(name)) {
      rest().delete(name);
    }
  }
}
