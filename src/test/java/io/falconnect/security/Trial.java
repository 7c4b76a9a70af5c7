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
 * A connector of any kind between topics of its own and a simulator of fal, and a way to see
 * whether it works.
 */
final class Trial implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(90);

  final Kind kind;
  final String name;

  /** Where what it is to do is asked for. */
  final String input;

  /** Where what it has done is told. */
  final String output;

  /** Where it tells of records that cannot be used. */
  final String unusable;

  /** The source's results. */
  final String results;

  final String endpoint;
  private final KafkaCluster cluster;
  private final Map<String, String> config = new HashMap<>();
  private int sent;

  /** The connectors there are. */
  enum Kind {
    SOURCE("source.FalStatusSourceConnector", "control", "control.consumer."),
    REALTIME("sink.FalRealtimeSinkConnector", "result", "result.producer."),
    STREAM("sink.FalStreamSinkConnector", "result", "result.producer."),
    QUEUE("sink.FalQueueSinkConnector", "requests", "requests.producer.");

    /** What the keys of its own client start with. */
    final String client;

    private final String type;
    private final String prefix;

    Kind(String type, String prefix, String client) {
      this.type = "io.falconnect." + type;
      this.prefix = prefix;
      this.client = client;
    }
  }

  /** One that is not started, with an endpoint that nobody else uses. */
  Trial(Kind kind, KafkaCluster cluster, FalSimulator fal) {
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
      source();
    } else {
      sink(fal);
    }
  }

  private void source() {
    with("control.topic", input);
    with("status.topic", output);
    with("result.topic", results);
  }

  private void sink(FalSimulator fal) {
    with("topics", input);
    with(kind.prefix + ".topic", output);
    with("consumer.override.auto.offset.reset", "earliest");
    // A consumer that may not even leave its group has to be missed in seconds.
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

  /** Records that cannot be used are passed over, and told of. */
  Trial tolerant() {
    with("errors.tolerance", "all");
    if (kind == Kind.SOURCE) {
      return with("errors.topic", unusable);
    }
    return with("errors.deadletterqueue.topic.name", unusable)
        .with("errors.deadletterqueue.topic.replication.factor", "1")
        .with("errors.deadletterqueue.context.headers.enable", "true");
  }

  /** Settings of its own client, as which user it reads or writes. */
  Trial as(Map<String, String> client) {
    client.forEach((key, value) -> with(kind.client + key, value));
    return this;
  }

  Trial at(String bootstrap) {
    return with(kind.prefix + ".bootstrap.servers", bootstrap);
  }

  /** Trusts the simulator's certificate. */
  Trial trusting(FalSimulator fal, String password) {
    return with("fal.ssl.truststore.location", fal.trustStore().toString())
        .with("fal.ssl.truststore.password", password)
        .with("fal.ssl.truststore.type", "PKCS12");
  }

  /** What its own converter would show to a registry. */
  Trial withRegistry(String user) {
    return with(kind.prefix + ".value.converter.basic.auth.user.info", user);
  }

  Trial behind(ForwardProxy proxy, String user, String password) {
    return with("fal.proxy.url", proxy.url())
        .with("fal.proxy.user", user)
        .with("fal.proxy.password", password);
  }

  /** Sets a key; null takes it away. */
  Trial with(String key, String value) {
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

  /** Posts it, whatever becomes of it. */
  Trial post() {
    rest().putConnector(name, config);
    return this;
  }

  /** Posts it and waits until it runs. */
  Trial start() {
    post();
    rest().awaitRunning(name, 1);
    return this;
  }

  /** The key of what will be sent next. */
  String next() {
    return name + "-" + (sent + 1);
  }

  /** Puts something new into its input, and returns the key of that. */
  String send() {
    String key = next();
    sent++;
    send(key, "{\"prompt\":\"a lighthouse\"}");
    return key;
  }

  /** A source is asked for a request that has that id. */
  void send(String key, String value) {
    String asked = "{\"request_id\":\"" + key + "\"}";
    cluster.topics().produce(input, key, kind == Kind.SOURCE ? asked : value);
  }

  /** Puts in what no connector can use. */
  void sendUnusable() {
    cluster.topics().produce(input, "unusable", "7");
  }

  /** Waits until it has done all there is to do about that key, well. */
  void awaitDone(String key) {
    cluster
        .topics()
        .awaitRecords(
            output, key + " to be done", LIMIT, all -> all.stream().anyMatch(r -> done(r, key)));
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

  /** Waits until an outcome of that key is told, whichever it is. */
  void awaitTold(String key) {
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

  /** Waits until something that could not be used is told of. */
  void awaitUnusable(int count) {
    cluster.topics().awaitRecords(unusable, count);
  }

  /** Waits until it has failed, and returns why. */
  String awaitFailure() {
    return rest().awaitStatus(name, name + " to fail", LIMIT, ConnectorStatus::isFailed).traces();
  }

  private boolean done(ConsumerRecord<String, String> record, String key) {
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
