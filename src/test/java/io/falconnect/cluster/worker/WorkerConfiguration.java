// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster.worker;

import io.falconnect.cluster.process.BuildOutput;
import io.falconnect.cluster.process.Ports;
import io.falconnect.cluster.process.PropertiesFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The files that a worker reads: its properties, its secrets, its plugins. */
final class WorkerConfiguration {

  private static final String PROVIDERS = "org.apache.kafka.common.config.provider.";

  private final Path folder;
  private final String bootstrap;
  private final WorkerOptions options;
  private final int port = Ports.findFree();

  WorkerConfiguration(Path folder, String bootstrap, WorkerOptions options) {
    this.folder = folder;
    this.bootstrap = bootstrap;
    this.options = options;
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  String secret(String entry) {
    return "${file:" + secretsFile() + ":" + entry + "}";
  }

  Path plugins() {
    return folder.resolve("plugins");
  }

  /** Writes all of them and returns the path of the worker's properties. */
  Path write() {
    try {
      Files.createDirectories(plugins());
      Files.createDirectories(secretsFile().getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    options.archive.ifPresent(archive -> BuildOutput.unpack(archive, plugins()));
    PropertiesFile.write(secretsFile(), options.secrets);
    Map<String, String> all = new LinkedHashMap<>();
    all.putAll(groupSettings());
    all.putAll(internalTopicSettings());
    all.putAll(pluginSettings());
    all.putAll(options.properties);
    return PropertiesFile.write(folder.resolve("worker.properties"), all);
  }

  private Path secretsFile() {
    return folder.resolve("secrets").resolve("secrets.properties");
  }

  /**
   * Short sessions: a killed worker is noticed in seconds, and one that returns gets work at once.
   *
   * <p>With exactly-once support a worker starts only after the transactions that it was killed in
   * have timed out, 60 s by default. Less than a broker's restart takes would fence its tasks.
   */
  private Map<String, String> groupSettings() {
    return Map.of(
        "bootstrap.servers",
        bootstrap,
        "group.id",
        options.groupId,
        "listeners",
        url(),
        "session.timeout.ms",
        "5000",
        "heartbeat.interval.ms",
        "1000",
        "scheduled.rebalance.max.delay.ms",
        "500",
        "producer.transaction.timeout.ms",
        "15000",
        "exactly.once.source.support",
        options.exactlyOnce ? "enabled" : "disabled",
        "connector.client.config.override.policy",
        "All");
  }

  private Map<String, String> internalTopicSettings() {
    Map<String, String> topics = new LinkedHashMap<>();
    topics.put("config.storage.topic", options.groupId + "-configs");
    topics.put("config.storage.replication.factor", "1");
    topics.put("offset.storage.topic", options.groupId + "-offsets");
    topics.put("offset.storage.replication.factor", "1");
    topics.put("offset.storage.partitions", "2");
    topics.put("offset.flush.interval.ms", "" + options.offsetFlushInterval.toMillis());
    topics.put("status.storage.topic", options.groupId + "-status");
    topics.put("status.storage.replication.factor", "1");
    topics.put("status.storage.partitions", "2");
    return topics;
  }

  private Map<String, String> pluginSettings() {
    String path =
        Stream.concat(Stream.of(plugins()), options.pluginPath.stream())
            .map(Path::toString)
            .collect(Collectors.joining(","));
    return Map.of(
        "plugin.path", path,
        "plugin.discovery", "service_load",
        "key.converter", "org.apache.kafka.connect.storage.StringConverter",
        "value.converter", "org.apache.kafka.connect.json.JsonConverter",
        "value.converter.schemas.enable", "false",
        "config.providers", "file,env",
        "config.providers.file.class", PROVIDERS + "FileConfigProvider",
        "config.providers.file.param.allowed.paths", secretsFile().getParent().toString(),
        "config.providers.env.class", PROVIDERS + "EnvVarConfigProvider");
  }
}
