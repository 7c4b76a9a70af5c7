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
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.storage.Converter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Converters for records that the connector reads or writes itself, without Connect. */
public final class Converters {
  private static final Logger LOG = LoggerFactory.getLogger(Converters.class);

  /** HTTP statuses of a schema registry that mean the record is wrong. */
  private static final Set<Integer> RECORD_ERRORS = Set.of(404, 409, 422);

  private Converters() {}

  /**
   * A new converter, configured. JSON is without schemas unless the configuration says otherwise.
   *
   * @param key names the class; the converter's own keys are under it
   * @param isKey whether it is for keys of records
   * @throws ConnectException when it is no converter, or cannot be configured. It quotes no secret
   */
  public static Converter create(AbstractConfig config, String key, boolean isKey) {
    Map<String, Object> settings = config.originalsWithPrefix(key + ".");
    Class<?> type = config.getClass(key);
    if (type.getName().equals(JsonConverter.class.getName())) {
      settings.putIfAbsent("schemas.enable", "false");
    }
    SecretWords secrets = SecretWords.of(settings);
    try {
      Converter converter = createConfigured(type, settings, isKey);
      return secrets.isEmpty() ? converter : new DiscreetConverter(converter, secrets);
    } catch (RuntimeException | LinkageError e) {
      boolean quotesSecret = secrets.isQuotedIn(e);
      String reason = quotesSecret ? hideReason(e) : e.getMessage();
      throw new ConnectException(key + " cannot be configured: " + reason, quotesSecret ? null : e);
    }
  }

  /** Stands for a message that quotes a secret. */
  static String hideReason(Throwable failure) {
    return failure.getClass().getName() + "; its message quotes a secret, and is not shown";
  }

  /**
   * The converter may be a plugin: the classes that its settings name are found by its own class
   * loader.
   */
  private static Converter createConfigured(
      Class<?> type, Map<String, Object> settings, boolean isKey) {
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
  public static void check(
      ValidationReport report, AbstractConfig config, String key, boolean isKey) {
    Class<?> type = config.getClass(key);
    if (!Converter.class.isAssignableFrom(type)) {
      report.addError(key, type.getName() + " is not a Converter");
      return;
    }
    try {
      close(create(config, key, isKey));
    } catch (ConnectException e) {
      report.addError(key, e.getMessage().substring(key.length() + 1));
    }
  }

  /** Whether a converter writes a map as plain JSON: Connect's own converter, without schemas. */
  public static boolean isPlainJson(AbstractConfig config, String key) {
    Object schemas = config.originalsWithPrefix(key + ".").getOrDefault("schemas.enable", "false");
    return config.getClass(key).getName().equals(JsonConverter.class.getName())
        && "false".equalsIgnoreCase(schemas.toString().trim());
  }

  /**
   * Whether a converter's failure is temporary and not caused by the record: its schema registry
   * could not be reached, or refused the converter's configuration. Connect's own converters never
   * fail temporarily.
   */
  public static boolean isTemporary(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof org.apache.kafka.connect.errors.RetriableException
          || cause instanceof RetriableException
          || cause instanceof SocketException
          || cause instanceof UnknownHostException
          || cause instanceof InterruptedIOException
          || cause instanceof SSLException
          || isConfigurationError(cause)
          || isRegistryError(cause)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Confluent's converters report many of the registry's answers so; the status is only in the
   * text.
   */
  private static boolean isConfigurationError(Throwable cause) {
    boolean said =
        cause instanceof ConfigException || cause instanceof InvalidConfigurationException;
    return said
        && RECORD_ERRORS.stream()
            .noneMatch(code -> String.valueOf(cause.getMessage()).endsWith("error code: " + code));
  }

  /** Known by name only: the class belongs to the plugin of Confluent's converters. */
  private static boolean isRegistryError(Throwable cause) {
    if (!(cause instanceof IOException)
        || !cause.getClass().getSimpleName().equals("RestClientException")) {
      return false;
    }
    try {
      Object status = cause.getClass().getMethod("getStatus").invoke(cause);
      return !RECORD_ERRORS.contains(status);
    } catch (ReflectiveOperationException e) {
      return true;
    }
  }

  /**
   * Closes a converter. Converters can be closed from Kafka 3.8 on; older workers are supported
   * too.
   */
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
