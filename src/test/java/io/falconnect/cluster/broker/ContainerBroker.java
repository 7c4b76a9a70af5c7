// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster.broker;

import io.falconnect.cluster.container.Containers;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.testcontainers.kafka.KafkaContainer;

/** One KRaft broker in a container. */
public final class ContainerBroker implements Broker {
  private final KafkaContainer container = new KafkaContainer(Containers.requireImage());

  private ContainerBroker(Map<String, String> settings) {
    container.withEnv(
        settings.entrySet().stream()
            .collect(
                Collectors.toMap(entry -> environmentName(entry.getKey()), Map.Entry::getValue)));
    container.withEnv("KAFKA_HEAP_OPTS", "-Xms256m -Xmx512m");
  }

  public static ContainerBroker startNew(Map<String, String> settings) {
    ContainerBroker broker = new ContainerBroker(settings);
    broker.container.start();
    return broker;
  }

  @Override
  public String bootstrap() {
    return container.getBootstrapServers();
  }

  @Override
  public void close() {
    container.close();
  }

  /** The environment variable by which Kafka's image takes a setting. */
  private static String environmentName(String setting) {
    return "KAFKA_" + setting.toUpperCase(Locale.ROOT).replace('.', '_');
  }
}
