// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Creates the Kafka clients of connectors and tasks. Kafka's own exceptions may quote a part of a
 * password, so a {@link ClientSettingException} takes their place. Stateless.
 */
public final class KafkaClients {
  private KafkaClients() {}

  /**
   * Creates a consumer of bytes.
   *
   * @throws ClientSettingException when Kafka refuses the settings
   */
  public static KafkaConsumer<byte[], byte[]> createConsumer(
      ClientKeys keys, Map<String, Object> settings) {
    return create(
        "consumer",
        keys,
        settings,
        () ->
            new KafkaConsumer<>(
                settings, new ByteArrayDeserializer(), new ByteArrayDeserializer()));
  }

  /**
   * Creates a producer of bytes.
   *
   * @throws ClientSettingException when Kafka refuses the settings
   */
  public static KafkaProducer<byte[], byte[]> createProducer(
      ClientKeys keys, Map<String, Object> settings) {
    return create(
        "producer",
        keys,
        settings,
        () -> new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer()));
  }

  /**
   * Creates an admin client.
   *
   * @throws ClientSettingException when Kafka refuses the settings
   */
  public static Admin createAdmin(ClientKeys keys, Map<String, Object> settings) {
    return create("admin client", keys, settings, () -> Admin.create(settings));
  }

  private static <C> C create(
      String noun, ClientKeys keys, Map<String, Object> settings, Supplier<C> constructor) {
    try {
      return constructor.get();
    } catch (RuntimeException | LinkageError e) {
      ClientFailure failure = new ClientFailure(keys, settings, e);
      Finding finding = failure.toFinding();
      throw new ClientSettingException(
          "The %s cannot be created with %s* and %s: %s: %s"
              .formatted(noun, keys.prefix(), keys.bootstrap(), finding.key(), finding.message()),
          finding,
          failure.mayQuoteSecret() ? null : e);
    }
  }
}
