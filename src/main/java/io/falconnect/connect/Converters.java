// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.storage.Converter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Converters of a connector's own, for records that Connect itself does not carry. */
public final class Converters {
  private static final Logger LOG = LoggerFactory.getLogger(Converters.class);

  /** What a schema registry answers where it is the record that is wrong. */
  private static final Set<Integer> OF_THE_RECORD = Set.of(404, 409, 422);

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
      Converter converter = newInstance(type);
      converter.configure(settings, isKey);
      return converter;
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static Converter newInstance(Class<?> type) {
    try {
      return type.asSubclass(Converter.class).getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new KafkaException("Could not instantiate class " + type.getName(), e);
    }
  }

  /** Reports a class that is no converter, or that cannot be configured. */
  public static void check(ConfigReport report, AbstractConfig config, String key, boolean isKey) {
    Class<?> type = config.getClass(key);
    if (!Converter.class.isAssignableFrom(type)) {
      report.error(key, type.getName() + " is not a Converter");
      return;
    }
    try {
      close(create(config, key, isKey));
    } catch (RuntimeException | LinkageError e) {
      report.error(key, "cannot be configured: " + e.getMessage());
    }
  }

  /** Whether a converter is Connect's own for JSON, without schemas: then a map is its JSON. */
  public static boolean isPlainJson(AbstractConfig config, String key) {
    Object schemas = config.originalsWithPrefix(key + ".").getOrDefault("schemas.enable", "false");
    return config.getClass(key).getName().equals(JsonConverter.class.getName())
        && "false".equalsIgnoreCase(schemas.toString().trim());
  }

  /**
   * Whether what a converter threw may pass, and says nothing of the record: it asked a registry
   * that was away, or did not take what the converter is configured with. What Connect's own
   * converters throw never passes.
   */
  public static boolean mayPass(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof org.apache.kafka.connect.errors.RetriableException
          || cause instanceof RetriableException
          || cause instanceof SocketException
          || cause instanceof UnknownHostException
          || cause instanceof InterruptedIOException
          || cause instanceof SSLException
          || isOfTheConfiguration(cause)
          || isOfTheRegistry(cause)) {
        return true;
      }
    }
    return false;
  }

  /** Confluent's converters say so of many a registry's answer, and give its code in words only. */
  private static boolean isOfTheConfiguration(Throwable cause) {
    boolean said =
        cause instanceof ConfigException || cause instanceof InvalidConfigurationException;
    return said
        && OF_THE_RECORD.stream()
            .noneMatch(code -> String.valueOf(cause.getMessage()).endsWith("error code: " + code));
  }

  /** The client of Confluent's registry belongs to its converters, and is known here by name. */
  private static boolean isOfTheRegistry(Throwable cause) {
    if (!(cause instanceof IOException)
        || !cause.getClass().getSimpleName().equals("RestClientException")) {
      return false;
    }
    try {
      Object status = cause.getClass().getMethod("getStatus").invoke(cause);
      return !OF_THE_RECORD.contains(status);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }

  /** Converters can be closed only from Kafka 3.8 on, and this runs on older workers too. */
  public static void close(Converter converter) {
    if ((Object) converter instanceof AutoCloseable closeable) {
      try {
        closeable.close();
      } catch (Exception e) {
        LOG.warn("A converter could not be closed", e);
      }
    }
  }
}
