// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import io.falconnect.fal.http.FalSettings.TlsSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.net.ssl.SSLParameters;
import okhttp3.TlsVersion;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/** Kafka's own {@code ssl.*} keys under {@code fal.}, read by Kafka's own code. */
final class TlsConfig {
  private static final String PREFIX = "fal.";

  /** User interfaces show the keys after all others of the connector. */
  private static final int FIRST_ORDER = 100;

  private static final String PROTOCOLS = PREFIX + SslConfigs.SSL_ENABLED_PROTOCOLS_CONFIG;
  private static final String ENGINE_FACTORY = PREFIX + SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG;
  private static final String CIPHER_SUITES = PREFIX + SslConfigs.SSL_CIPHER_SUITES_CONFIG;

  /** Gets the error of a failure that no single key explains. */
  private static final String DEFAULT_KEY = PREFIX + SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG;

  private static final List<String> KEY_STORE =
      List.of(
          SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG,
          SslConfigs.SSL_KEYSTORE_KEY_CONFIG,
          SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG,
          SslConfigs.SSL_KEYSTORE_PASSWORD_CONFIG,
          SslConfigs.SSL_KEY_PASSWORD_CONFIG);

  private static final List<String> TRUST_STORE =
      List.of(
          SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG,
          SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG,
          SslConfigs.SSL_TRUSTSTORE_PASSWORD_CONFIG);

  private static final List<String> OKHTTP_PROTOCOLS =
      Arrays.stream(TlsVersion.values()).map(TlsVersion::javaName).toList();

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
   * @throws org.apache.kafka.common.KafkaException when a store cannot be read
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
    }
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
    try {
      TlsSettings tls = settings();
      if (tls != null) {
        SSLParameters known = tls.context().getSupportedSSLParameters();
        List<String> protocols = new ArrayList<>(List.of(known.getProtocols()));
        protocols.retainAll(OKHTTP_PROTOCOLS);
        checkNames(report, PROTOCOLS, protocols);
        checkNames(report, CIPHER_SUITES, List.of(known.getCipherSuites()));
      }
    } catch (RuntimeException e) {
      report.addError(findWrongKey(), "the fal.ssl.* settings cannot be used: " + e.getMessage());
    }
  }

  /** The first key that is set and without which the settings can be used. */
  private String findWrongKey() {
    List<String> given =
        SSL.names().stream().filter(key -> config.originals().containsKey(PREFIX + key)).toList();
    return Stream.concat(Stream.of(KEY_STORE, TRUST_STORE), given.stream().map(List::of))
        .filter(keys -> keys.stream().anyMatch(given::contains) && isUsableWithout(keys))
        .flatMap(keys -> keys.stream().filter(given::contains))
        .map(PREFIX::concat)
        .findFirst()
        .orElse(DEFAULT_KEY);
  }

  private boolean isUsableWithout(List<String> keys) {
    Map<String, Object> ssl = sslValues();
    keys.forEach(key -> ssl.put(key, SSL.defaultValues().get(key)));
    try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
      factory.configure(ssl);
      return true;
    } catch (RuntimeException e) {
      return false;
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
