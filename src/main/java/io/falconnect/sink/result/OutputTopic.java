// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import io.falconnect.connect.ClientSettingException;
import io.falconnect.connect.KafkaClients;
import io.falconnect.connect.ValidationReport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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

  /** Reports why the topic cannot be found. Each request to the cluster may take four seconds. */
  public static void checkExists(OutputConfig config, ValidationReport report) {
    Admin admin = null;
    try {
      admin = KafkaClients.createAdmin(config.kind().producerKeys(), adminSettings(config));
      admin
          .describeTopics(List.of(config.topic()))
          .allTopicNames()
          .get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
          || !isCreatedOnDemand(admin)) {
        reportFailure(config, report, e.getCause());
      }
    } catch (ClientSettingException e) {
      report.add(e.finding());
    } catch (KafkaException e) {
      reportFailure(config, report, e.getCause() == null ? e : e.getCause());
    } catch (TimeoutException e) {
      reportFailure(
          config, report, new TimeoutException("no answer in " + TIMEOUT.toSeconds() + " s"));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      reportFailure(config, report, e);
    } finally {
      if (admin != null) {
        admin.close(Duration.ZERO);
      }
    }
  }

  /** Whether the cluster answers, and does not have the topic. */
  static boolean isMissing(OutputConfig config) {
    try (Admin admin = Admin.create(adminSettings(config))) {
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

  private static void reportFailure(
      OutputConfig config, ValidationReport report, Throwable failure) {
    String topic = "topic '" + config.topic() + "' ";
    if (failure instanceof UnknownTopicOrPartitionException) {
      report.addError(config.kind().topicKey(), topic + "does not exist at " + config.servers());
      return;
    }
    report.addError(
        config.kind().bootstrapKey(),
        topic + "cannot be looked up at " + config.servers() + ": " + failure.getMessage());
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
