// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.task;

import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.storage.Converter;

/** Converters of a connector's own, for records that Connect itself does not carry. */
public final class Converters {
  private Converters() {}

  /**
   * A new converter, configured. JSON is without schemas unless the configuration says otherwise.
   *
   * @param key names the class; the converter's own keys are under it
   * @param isKey whether it is for keys of records
   * @throws RuntimeException when it is no converter, or cannot be configured
   */
  public static Converter create(AbstractConfig config, String key, boolean isKey) {
    Map<String, Object> settings = config.originalsWithPrefix(key + ".");
    Class<?> type = config.getClass(key);
    if (type.getName().equals(JsonConverter.class.getName())) {
      settings.putIfAbsent("schemas.enable", "false");
    }
    return configured(type, settings, isKey);
  }

  /** A plugin of its own finds its own classes, named in its settings, only by its own loader. */
  private static Converter configured(Class<?> type, Map<String, Object> settings, boolean isKey) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(type.getClassLoader());
    try {
      Converter converter = Utils.newInstance(type, Converter.class);
      converter.configure(settings, isKey);
      return converter;
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** Whether a converter is Connect's own for JSON, without schemas: then a map is its JSON. */
  public static boolean isPlainJson(AbstractConfig config, String key) {
    Object schemas = config.originalsWithPrefix(key + ".").getOrDefault("schemas.enable", "false");
    return config.getClass(key).getName().equals(JsonConverter.class.getName())
        && "false".equalsIgnoreCase(schemas.toString().trim());
  }

  /** Converters can be closed only from Kafka 3.8 on, and this runs on older workers too. */
  public static void close(Converter converter) {
    if ((Object) converter instanceof AutoCloseable closeable) {
      Utils.closeQuietly(closeable, "converter");
    }
  }
}
