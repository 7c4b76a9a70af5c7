// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import io.falconnect.fal.http.FalSettings.TlsSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLParameters;
import okhttp3.TlsVersion;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;
import org.apache.kafka.connect.errors.ConnectException;

/** Kafka's own {@code ssl.*} keys under {@code fal.}, read by Kafka's own code. */
final class TlsConfig {
  private static final String PREFIX = "fal.";

  /** User interfaces show the keys after all others of the connector. */
  private static final int FIRST_ORDER = 100;

  private static final String PROTOCOLS = PREFIX + SslConfigs.SSL_ENABLED_PROTOCOLS_CONFIG;
  private static final String ENGINE_FACTORY = PREFIX + SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG;
  private static final String CIPHER_SUITES = PREFIX + SslConfigs.SSL_CIPHER_SUITES_CONFIG;

  private static final List<String> OKHTTP_PROTOCOLS =
      Arrays.stream(TlsVersion.values()).map(TlsVersion::javaName).toList();

  private static final String UNUSABLE = "the fal.ssl.* settings cannot be used: ";

  private static final ConfigDef SSL = kafkaKeys();

  private final AbstractConfig config;

  TlsConfig(AbstractConfig config) {
    this.config = config;
  }

  /** All of Kafka's keys except the engine factory: OkHttp creates its own engines. */
  private static ConfigDef kafkaKeys() {
    ConfigDef all = new ConfigDef();
    SslConfigs.addClientSslSupport(all);
    ConfigDef used = new ConfigDef();
    all.configKeys().values().stream()
        .filter(key -> !key.name.equals(SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG))
        .forEach(used::define);
    return used;
  }

  static void define(ConfigDef definition) {
    definition.embed(PREFIX, "", FIRST_ORDER, SSL);
  }

  /**
   * Null without any {@code fal.ssl.*} key: then the JVM's own TLS settings apply.
   *
   * @throws ConnectException when a store cannot be read. It quotes no secret
   */
  TlsSettings settings() {
    if (config.originalsWithPrefix(PREFIX + "ssl.").isEmpty()) {
      return null;
    }
    Map<String, Object> ssl = sslValues();
    try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
      factory.configure(ssl);
      String identification =
          (String) ssl.get(SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG);
      return new TlsSettings(
          factory.sslContext(),
          toStrings(ssl.get(SslConfigs.SSL_ENABLED_PROTOCOLS_CONFIG)),
          toStrings(ssl.get(SslConfigs.SSL_CIPHER_SUITES_CONFIG)),
          identification == null || !identification.isEmpty());
    } catch (KafkaException e) {
      String reason =
          findErrors().stream()
              .findFirst()
              .map(error -> error.key() + ": " + error.message())
              .orElse(UNUSABLE);
      throw new ConnectException(reason);
    }
  }

  /** The keys that are wrong, and why. */
  private List<Finding> findErrors() {
    Map<String, Object> given = config.originalsWithPrefix(PREFIX);
    given.keySet().retainAll(SSL.names());
    return new StoreCheck(given)
        .findErrors().stream()
            .map(error -> new Finding(PREFIX + error.key(), UNUSABLE + error.message()))
            .toList();
  }

  /** The values under Kafka's names, without the prefix. */
  private Map<String, Object> sslValues() {
    Map<String, Object> ssl = new HashMap<>();
    SSL.names().forEach(key -> ssl.put(key, config.values().get(PREFIX + key)));
    return ssl;
  }

  /** Reports stores that cannot be read, and names that the JVM or OkHttp does not know. */
  void check(ValidationReport report) {
    if (config.originals().get(ENGINE_FACTORY) != null) {
      report.addError(ENGINE_FACTORY, "cannot be set: OkHttp makes its own engines");
    }
    List<Finding> errors = findErrors();
    errors.forEach(report::add);
    if (!errors.isEmpty()) {
      return;
    }
    TlsSettings tls = settings();
    if (tls != null) {
      SSLParameters known = tls.context().getSupportedSSLParameters();
      List<String> protocols = new ArrayList<>(List.of(known.getProtocols()));
      protocols.retainAll(OKHTTP_PROTOCOLS);
      checkNames(report, PROTOCOLS, protocols);
      checkNames(report, CIPHER_SUITES, List.of(known.getCipherSuites()));
    }
  }

  /** Checks only what the user set: the defaults apply to every JVM. */
  private void checkNames(ValidationReport report, String key, List<String> known) {
    if (!config.originals().containsKey(key)) {
      return;
    }
    List<String> unknown = new ArrayList<>(config.getList(key));
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      report.addError(key, unknown + " is not known here");
    }
  }

  /** Null for an empty list. */
  private static List<String> toStrings(Object value) {
    if (!(value instanceof List<?> list) || list.isEmpty()) {
      return null;
    }
    return list.stream().map(String::valueOf).toList();
  }
}
