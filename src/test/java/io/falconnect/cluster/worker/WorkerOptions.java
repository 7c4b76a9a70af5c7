// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster.worker;

import io.falconnect.cluster.process.BuildOutput;
import io.falconnect.cluster.process.Jdk;
import io.falconnect.cluster.process.Jdks;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Options of a Connect worker. A worker reads them when it is created. */
public final class WorkerOptions {

  String groupId = "connect";
  boolean exactlyOnce = true;
  Duration offsetFlushInterval = Duration.ofSeconds(1);
  Jdk jdk = Jdks.current();
  List<String> jvmArgs =
      List.of("-Xms256m", "-Xmx768m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
  String logLevel = "INFO";
  String classPath = BuildOutput.kafkaClassPath();
  Optional<Path> archive = BuildOutput.componentArchive();
  final List<Path> pluginPath = new ArrayList<>();
  final Map<String, String> properties = new LinkedHashMap<>();
  final Map<String, String> secrets = new LinkedHashMap<>();
  final Map<String, String> environment = new LinkedHashMap<>();

  /** Exactly-once source support on, the current JDK, the archive that the build has packaged. */
  public static WorkerOptions defaults() {
    return new WorkerOptions();
  }

  /** The group: its workers share connectors. It also names the internal topics. */
  public WorkerOptions groupId(String id) {
    groupId = id;
    return this;
  }

  /** Whether the worker has exactly-once source support. */
  public WorkerOptions exactlyOnce(boolean enabled) {
    exactlyOnce = enabled;
    return this;
  }

  /** How often source offsets are committed where there is no exactly-once support. */
  public WorkerOptions offsetFlushInterval(Duration interval) {
    offsetFlushInterval = interval;
    return this;
  }

  /** The JDK of the process. */
  public WorkerOptions jdk(Jdk chosen) {
    jdk = chosen;
    return this;
  }

  /** Replaces the JVM arguments, heap size included. */
  public WorkerOptions jvmArgs(String... args) {
    jvmArgs = List.of(args);
    return this;
  }

  /** The level of every logger; INFO unless set. */
  public WorkerOptions logLevel(String level) {
    logLevel = level;
    return this;
  }

  /** Kafka's jars of another release, to see that the plugin runs on it. */
  public WorkerOptions classPath(String kafkaJars) {
    classPath = kafkaJars;
    return this;
  }

  /** Another component archive than the one that the build has packaged. */
  public WorkerOptions archive(Path zip) {
    archive = Optional.of(zip);
    return this;
  }

  /** One more folder with plugins, such as a converter. */
  public WorkerOptions pluginPath(Path folder) {
    pluginPath.add(folder);
    return this;
  }

  /** A worker property. It overrides the defaults. */
  public WorkerOptions property(String key, String value) {
    properties.put(key, value);
    return this;
  }

  /** An entry of the file that {@link ConnectWorker#secret} refers to. */
  public WorkerOptions secret(String name, String value) {
    secrets.put(name, value);
    return this;
  }

  /** An environment variable, which connectors can refer to as <code>${env:NAME}</code>. */
  public WorkerOptions environment(String name, String value) {
    environment.put(name, value);
    return this;
  }
}
