// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.storage.Converter;

/**
 * A configured converter whose exceptions quote no secret of its settings, such as the credentials
 * in the URL of a schema registry. Safe for the same threads as the converter itself.
 */
final class DiscreetConverter implements Converter, AutoCloseable {
  private final Converter converter;
  private final SecretWords secrets;

  /** Takes over a converter. It is closed with this one. */
  DiscreetConverter(Converter converter, SecretWords secrets) {
    this.converter = converter;
    this.secrets = secrets;
  }

  @Override
  public void configure(Map<String, ?> configs, boolean isKey) {
    throw new IllegalStateException("it is configured already");
  }

  @Override
  public byte[] fromConnectData(String topic, Schema schema, Object value) {
    return call(() -> converter.fromConnectData(topic, schema, value));
  }

  @Override
  public byte[] fromConnectData(String topic, Headers headers, Schema schema, Object value) {
    return call(() -> converter.fromConnectData(topic, headers, schema, value));
  }

  @Override
  public SchemaAndValue toConnectData(String topic, byte[] value) {
    return call(() -> converter.toConnectData(topic, value));
  }

  @Override
  public SchemaAndValue toConnectData(String topic, Headers headers, byte[] value) {
    return call(() -> converter.toConnectData(topic, headers, value));
  }

  @Override
  public ConfigDef config() {
    return converter.config();
  }

  @Override
  public void close() {
    Converters.close(converter);
  }

  /** Keeps what the failure means: whether it is temporary. */
  private <T> T call(Supplier<T> conversion) {
    try {
      return conversion.get();
    } catch (RuntimeException e) {
      if (!secrets.isQuotedIn(e)) {
        throw e;
      }
      String message = Converters.hideReason(e);
      throw Converters.isTemporary(e)
          ? new RetriableException(message)
          : new DataException(message);
    }
  }
}
