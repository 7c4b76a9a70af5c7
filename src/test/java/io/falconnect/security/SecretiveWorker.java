// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.cluster.ForwardProxy;
import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.broker.SecuredBroker;
import io.falconnect.cluster.process.BuildOutput;
import io.falconnect.cluster.process.Jdks;
import io.falconnect.cluster.process.Ports;
import io.falconnect.cluster.process.Waits;
import io.falconnect.cluster.worker.WorkerOptions;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;

/**
 * A worker that logs all it can, and is told one secret of each kind: keys of fal, a password of
 * the proxy and of Kafka, a webhook's URL.
 */
final class SecretiveWorker implements AutoCloseable {
  static final String GROUP = "secretive";
  static final int JMX = Ports.findFree();
  private static final String USER = "fal";
  private static final List<String> KEYS = List.of("right", "wrong");

  final Map<String, String> secrets = new LinkedHashMap<>();
  final FalSimulator fal;
  final KafkaCluster cluster;
  private final Path folder = BuildOutput.newFolder("keys");
  private final SecuredBroker broker;
  private final ForwardProxy proxy;

  private SecretiveWorker() {
    broker = SecuredBroker.start(USER);
    for (String key : KEYS) {
      // As fal's keys are, and nobody's.
      String random = UUID.randomUUID().toString().replace("-", "");
      secrets.put(key, UUID.randomUUID() + ":" + random);
    }
    for (String name : List.of("proxy", "webhook", "registry")) {
      secrets.put(name, name + "-" + UUID.randomUUID());
    }
    secrets.put("kafka", broker.password(USER));
    secrets.put("quoted", "quoted-" + UUID.randomUUID());
    proxy = ForwardProxy.start(USER, secrets.get("proxy"));
    fal =
        FalSimulator.start(
            SimulatorConfig.builder()
                .tls(true)
                .adoptUnknown(true)
                .apiKey(secrets.get("right"))
                .keepAlive(Duration.ofMillis(500))
                .build());
    secrets.put("truststore", fal.trustStorePassword());
    cluster = KafkaCluster.start(broker.broker(), options(), 1);
  }

  static SecretiveWorker start() {
    return new SecretiveWorker();
  }

  private WorkerOptions options() {
    Stream<String> heap =
        Stream.of("-Xms256m", "-Xmx768m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    Stream<String> more =
        Stream.concat(Arrays.stream(JmxBeans.jvmArgs(JMX)), Stream.of(okHttpLogging()));
    WorkerOptions options =
        WorkerOptions.defaults()
            .groupId(GROUP)
            .jdk(Jdks.workerJdk())
            .logLevel("TRACE")
            .jvmArgs(Stream.concat(heap, more).toArray(String[]::new));
    secrets.forEach(options::secret);
    return providers(options).secret("webhook", webhook());
  }

  /** The one of files is there; of files as values, and of the environment. */
  private WorkerOptions providers(WorkerOptions options) {
    for (String key : KEYS) {
      options.environment("FAL_" + key.toUpperCase(), secrets.get(key));
      write(folder.resolve(key), secrets.get(key) + "\n");
    }
    return options
        .property("config.providers", "file,env,dir")
        .property("config.providers.env.param.allowlist.pattern", "FAL_.*")
        .property("config.providers.dir.class", DirectoryConfigProvider.class.getName())
        .property("config.providers.dir.param.allowed.paths", folder.toString());
  }

  /** OkHttp logs by the JDK's own means. */
  private static String okHttpLogging() {
    String handler = "java.util.logging.ConsoleHandler";
    String lines = "handlers=%1$s%n%1$s.level=ALL%nokhttp3.level=ALL%n".formatted(handler);
    Path file = BuildOutput.newFolder("jul").resolve("logging.properties");
    return "-Djava.util.logging.config.file=" + write(file, lines);
  }

  private static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whoever knows its signature can say that he is fal. */
  String webhook() {
    return "https://example.com/hook?signature=" + secrets.get("webhook");
  }

  /**
   * What tells of the secrets: all of them, and of a key each of its halves and what it is in a
   * URL.
   */
  Stream<String> telling() {
    Stream<String> ofKeys =
        KEYS.stream()
            .map(secrets::get)
            .flatMap(
                key ->
                    Stream.concat(Stream.of(key.split(":")), Stream.of(key.replace(":", "%3A"))));
    return Stream.concat(secrets.values().stream(), ofKeys);
  }

  /** What a server says that repeats a key, in all the ways there are. */
  String echo(String key) {
    String[] halves = secrets.get(key).split(":");
    return "%s:%s, %1$s%%3A%2$s, %1$s and %2$s".formatted(halves[0], halves[1]);
  }

  /** How the configuration of a kind refers to a key: each asks another provider. */
  String key(TestedConnector.Kind kind, String key) {
    return switch (kind) {
      case SOURCE, QUEUE -> ref(key);
      case REALTIME -> "${env:FAL_" + key.toUpperCase() + "}";
      case STREAM -> "${dir:" + folder + ":" + key + "}";
    };
  }

  /** How a configuration refers to an entry of the secrets file. */
  String ref(String secret) {
    return cluster.worker().secret(secret);
  }

  /** One that uses every secret there is for its kind. */
  TestedConnector trial(TestedConnector.Kind kind, String key) {
    TestedConnector trial =
        new TestedConnector(kind, cluster, fal)
            .with("fal.api.key", key(kind, key))
            .withTrustStore(fal, ref("truststore"))
            .withRegistry("somebody:" + ref("registry"))
            .withProxy(proxy, USER, ref("proxy"))
            .withBootstrap(broker.bootstrap())
            .withClient(broker.clientSettings(USER, ref("kafka")));
    broker.allow(RequiredAcls.ofConnector(trial, GROUP, USER));
    return kind == TestedConnector.Kind.QUEUE
        ? trial.with("queue.webhook.url", ref("webhook"))
        : trial;
  }

  /** Settings of clients whose password is in a file of its own. */
  Map<String, String> passwordInFile(String file) {
    write(folder.resolve(file), broker.password(USER));
    return broker.clientSettings(USER, "${dir:" + folder + ":" + file + "}");
  }

  /** Puts a password with a quote into the file, so that the login cannot be read any more. */
  void breakPassword(String file) {
    write(folder.resolve(file), "s3cr\"" + secrets.get("quoted"));
  }

  /** Settings of clients that have the wrong password. */
  Map<String, String> stranger() {
    return broker.clientSettings(USER, ref("wrong"));
  }

  /** What is not used cannot be found. */
  void assertUsed(Map<TestedConnector.Kind, TestedConnector> working) {
    assertThat(fal.receivedRequests())
        .anyMatch(r -> ("Key " + secrets.get("right")).equals(r.headers().get("authorization")))
        .anyMatch(r -> String.valueOf(r.query()).contains("fal_jwt_token=simulated-token-"))
        .anyMatch(r -> String.valueOf(r.query()).contains(secrets.get("webhook")));
    assertThat(proxy.passedRequests()).isNotEmpty();
    working.forEach(
        (kind, trial) -> {
          String config = "/connectors/" + trial.name + "/config";
          assertThat(cluster.rest().request("GET", config, null).path("fal.api.key").asText())
              .isEqualTo(key(kind, "right"));
        });
  }

  void awaitLogged(String connector, String words) {
    Waits.until(
        words + " in the log of " + connector,
        TestedConnector.LIMIT,
        () ->
            cluster
                .worker()
                .log()
                .lines()
                .filter(line -> line.contains("[" + connector) && line.contains(words))
                .findFirst(),
        () -> "It is not there.");
  }

  @Override
  public void close() {
    cluster.close();
    broker.close();
    fal.close();
    try {
      proxy.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
