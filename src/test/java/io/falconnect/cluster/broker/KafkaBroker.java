// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster.broker;

import io.falconnect.cluster.process.BuildOutput;
import io.falconnect.cluster.process.JavaProcess;
import io.falconnect.cluster.process.Jdks;
import io.falconnect.cluster.process.Ports;
import io.falconnect.cluster.process.ProcessLogging;
import io.falconnect.cluster.process.PropertiesFile;
import io.falconnect.cluster.process.Waits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.Uuid;

/**
 * One KRaft broker as a process. It keeps its ports and its data when it is killed and started
 * again.
 */
public final class KafkaBroker implements Broker {

  private static final List<String> SMALL =
      List.of("-Xms256m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
  private static final Duration FORMAT_LIMIT = Duration.ofSeconds(60);
  private static final Duration START_LIMIT = Duration.ofSeconds(90);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

  private final Path folder;
  private final Path configuration;
  private final int port = Ports.findFree();
  private final List<String> jvmArgs;
  private JavaProcess process;

  private KafkaBroker(List<String> jvmArgs, String moreListeners, Map<String, String> overrides) {
    this.folder = BuildOutput.newFolder("broker");
    this.jvmArgs = new ArrayList<>(jvmArgs);
    this.jvmArgs.add(ProcessLogging.write(folder, "WARN", BuildOutput.toolsClassPath()));
    this.configuration =
        PropertiesFile.write(
            folder.resolve("server.properties"), configuration(moreListeners, overrides));
  }

  /** Starts a broker with a small heap and waits until it answers. */
  public static KafkaBroker startNew() {
    return startNew(SMALL, Map.of());
  }

  /** Starts a broker with other JVM arguments, and settings that win over the defaults here. */
  public static KafkaBroker startNew(List<String> jvmArgs, Map<String, String> overrides) {
    return startNew(new KafkaBroker(jvmArgs, "", overrides));
  }

  /** Starts a broker that has one more listener, such as {@code SASL_PLAINTEXT://host:port}. */
  static KafkaBroker startNew(String listener, Map<String, String> overrides) {
    return startNew(new KafkaBroker(SMALL, "," + listener, overrides));
  }

  private static KafkaBroker startNew(KafkaBroker broker) {
    broker.format();
    broker.start();
    return broker;
  }

  @Override
  public String bootstrap() {
    return "127.0.0.1:" + port;
  }

  /** Starts it again, on the same ports and data, and waits until it answers. */
  public void start() {
    if (process != null && process.isAlive()) {
      throw new IllegalStateException("The broker runs");
    }
    process = run("Kafka broker", "kafka.Kafka", List.of(configuration.toString()));
    awaitAnswer();
  }

  /** Ends it as {@code kill -9} does. */
  public void kill() {
    process.kill();
  }

  /** Shuts it down in good order. */
  public void stop() {
    process.stop(STOP_LIMIT);
  }

  /** Its process. */
  public JavaProcess process() {
    return process;
  }

  /** Ends the broker and deletes its data. Its log stays. */
  @Override
  public void close() {
    process.kill();
    BuildOutput.delete(folder.resolve("data"));
  }

  private void format() {
    List<String> args =
        List.of(
            "format",
            "--cluster-id",
            Uuid.randomUuid().toString(),
            "--config",
            configuration.toString());
    JavaProcess format = run("Storage format", "kafka.tools.StorageTool", args);
    int exitCode = format.awaitExit(FORMAT_LIMIT);
    if (exitCode != 0) {
      throw new IllegalStateException("Formatting the storage failed. " + format.outputTail());
    }
  }

  private JavaProcess run(String name, String mainClass, List<String> args) {
    return JavaProcess.start(
        new JavaProcess.Command(
            name,
            Jdks.current(),
            jvmArgs,
            // All dependencies: a broker has no plugin that must be kept apart.
            BuildOutput.toolsClassPath(),
            mainClass,
            args,
            Map.of(),
            folder.resolve("broker.log")));
  }

  private void awaitAnswer() {
    Map<String, Object> client =
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrap(),
            AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG,
            100);
    Admin admin = Admin.create(client);
    try {
      Waits.until(
          "the broker to answer",
          START_LIMIT,
          () -> {
            process.requireAlive();
            return Optional.of(admin.describeCluster().nodes().get(2, TimeUnit.SECONDS))
                .filter(nodes -> !nodes.isEmpty());
          },
          process::outputTail);
    } finally {
      // Without a limit, close would wait for answers of a dead broker.
      admin.close(Duration.ZERO);
    }
  }

  private Map<String, String> configuration(String moreListeners, Map<String, String> overrides) {
    int controllerPort = Ports.findFree();
    Map<String, String> all = new LinkedHashMap<>();
    all.put("process.roles", "broker,controller");
    all.put("node.id", "1");
    all.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
    all.put("controller.listener.names", "CONTROLLER");
    all.put(
        "listeners",
        "PLAINTEXT://127.0.0.1:%d,CONTROLLER://127.0.0.1:%d".formatted(port, controllerPort)
            + moreListeners);
    all.put("log.dirs", folder.resolve("data").toString());
    all.putAll(commonSettings());
    all.putAll(overrides);
    return all;
  }

  /** The settings of every test broker, as a process or in a container. */
  public static Map<String, String> commonSettings() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("auto.create.topics.enable", "false");
    all.putAll(singleReplicaSettings());
    all.putAll(quickSettings());
    return all;
  }

  private static Map<String, String> singleReplicaSettings() {
    return Map.of(
        "default.replication.factor", "1",
        "min.insync.replicas", "1",
        "offsets.topic.replication.factor", "1",
        "offsets.topic.num.partitions", "3",
        "transaction.state.log.replication.factor", "1",
        "transaction.state.log.min.isr", "1",
        "transaction.state.log.num.partitions", "3",
        "share.coordinator.state.topic.replication.factor", "1",
        "share.coordinator.state.topic.min.isr", "1");
  }

  /**
   * Short sessions: a broker that was killed may register again only after its old session has
   * ended. Small buffers fit into a small heap.
   */
  private static Map<String, String> quickSettings() {
    Map<String, String> all = new LinkedHashMap<>();
    all.put("broker.heartbeat.interval.ms", "500");
    all.put("broker.session.timeout.ms", "2500");
    all.put("group.initial.rebalance.delay.ms", "0");
    all.put("group.min.session.timeout.ms", "1000");
    all.put("group.consumer.min.session.timeout.ms", "1000");
    all.put("group.consumer.session.timeout.ms", "3000");
    all.put("group.consumer.min.heartbeat.interval.ms", "500");
    all.put("group.consumer.heartbeat.interval.ms", "500");
    all.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
    all.put("log.cleaner.dedupe.buffer.size", "8388608");
    all.put("log.index.size.max.bytes", "1048576");
    return all;
  }
}
