// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import io.falconnect.connect.ClientSettingException;
import io.falconnect.connect.ClusterCheck;
import io.falconnect.connect.Finding;
import io.falconnect.connect.KafkaClients;
import io.falconnect.connect.ValidationReport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Checks the output topic when a configuration is validated: whether it exists, or would be
 * created. Writes nothing.
 */
public final class OutputTopic {
  private static final Duration TIMEOUT = Duration.ofSeconds(4);

  private OutputTopic() {}

  /** Reports why the topic cannot be found. Waits for the cluster for some seconds at most. */
  public static void checkExists(OutputConfig config, ValidationReport report) {
    String introduction =
        "topic '" + config.topic() + "' cannot be looked up at " + config.servers() + ": ";
    clusterCheck(config)
        .run(introduction, settings -> findError(config, introduction, settings))
        .ifPresent(report::add);
  }

  private static ClusterCheck clusterCheck(OutputConfig config) {
    return new ClusterCheck(
        config.kind().producerKeys(), config.bootstrap(), adminSettings(config));
  }

  private static Optional<Finding> findError(
      OutputConfig config, String introduction, Map<String, Object> settings) {
    String failure;
    try (ClosedAtOnce client =
        new ClosedAtOnce(KafkaClients.createAdmin(config.kind().producerKeys(), settings))) {
      return findError(config, introduction, client.admin());
    } catch (ClientSettingException e) {
      return Optional.of(e.finding());
    } catch (KafkaException e) {
      failure = e.getMessage();
    } catch (TimeoutException e) {
      failure = "no answer in " + TIMEOUT.toSeconds() + " s";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failure = "interrupted";
    }
    return Optional.of(new Finding(config.kind().bootstrapKey(), introduction + failure));
  }

  private static Optional<Finding> findError(OutputConfig config, String introduction, Admin admin)
      throws InterruptedException, TimeoutException {
    try {
      admin
          .describeTopics(List.of(config.topic()))
          .allTopicNames()
          .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      return Optional.empty();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
        return Optional.of(
            new Finding(config.kind().bootstrapKey(), introduction + e.getCause().getMessage()));
      }
      return isCreatedOnDemand(admin)
          ? Optional.empty()
          : Optional.of(
              new Finding(
                  config.kind().topicKey(),
                  "topic '" + config.topic() + "' does not exist at " + config.servers()));
    }
  }

  /** An admin client that waits for nothing when it is closed. */
  private record ClosedAtOnce(Admin admin) implements AutoCloseable {
    @Override
    public void close() {
      admin.close(Duration.ZERO);
    }
  }

  /** Why the topic will not be found by waiting, or nothing: the cluster may still come back. */
  static Optional<String> findLastingProblem(OutputConfig config) {
    Optional<String> wrong = clusterCheck(config).findWrongServers();
    if (wrong.isPresent()) {
      return wrong;
    }
    return isMissing(config) ? Optional.of("it does not exist") : Optional.empty();
  }

  /** Whether the cluster answers, and does not have the topic. */
  private static boolean isMissing(OutputConfig config) {
    Admin admin = KafkaClients.createAdmin(config.kind().producerKeys(), adminSettings(config));
    try {
      admin
          .describeTopics(List.of(config.topic()))
          .allTopicNames()
          .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      return false;
    } catch (ExecutionException e) {
      return e.getCause() instanceof UnknownTopicOrPartitionException;
    } catch (KafkaException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      // Without a limit, close would wait for answers of a cluster that is away.
      admin.close(Duration.ZERO);
    }
  }

  /** Whether the cluster creates a missing topic when a producer writes to it. */
  private static boolean isCreatedOnDemand(Admin admin) {
    try {
      Node broker =
          admin
              .describeCluster()
              .nodes()
              .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
              .iterator()
              .next();
      ConfigResource settings =
          new ConfigResource(ConfigResource.Type.BROKER, Integer.toString(broker.id()));
      ConfigEntry entry =
          admin
              .describeConfigs(List.of(settings))
              .all()
              .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
              .get(settings)
              .get("auto.create.topics.enable");
      return entry != null && Boolean.parseBoolean(entry.value());
    } catch (ExecutionException | TimeoutException e) {
      // The user may lack the permission to read the configuration of brokers.
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The producer's settings, without those that an admin client does not have. */
  private static Map<String, Object> adminSettings(OutputConfig config) {
    Map<String, Object> settings = config.producerSettings();
    settings
        .keySet()
        .removeAll(
            ProducerConfig.configNames().stream()
                .filter(key -> !AdminClientConfig.configNames().contains(key))
                .toList());
    settings.put(
        AdminClientConfig.CLIENT_ID_CONFIG,
        config.task().connectorName() + "-" + config.kind().prefix + "-check");
    settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) TIMEOUT.toMillis());
    settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) TIMEOUT.toMillis());
    return settings;
  }
}
