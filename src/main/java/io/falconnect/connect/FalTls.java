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
final class FalTls {
  /** Where trouble with no key in particular is reported. */
  private static final String FIRST_KEY = "fal." + SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG;

  private static final String PREFIX = "fal.";

  /** What says who the connector is, not whom it trusts. */
  private static final List<String> IDENTITY =
      List.of(
          SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG,
          SslConfigs.SSL_KEYSTORE_KEY_CONFIG,
          SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG,
          SslConfigs.SSL_KEYSTORE_PASSWORD_CONFIG,
          SslConfigs.SSL_KEY_PASSWORD_CONFIG);

  private static final List<String> TRUST =
      List.of(
          SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG,
          SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG,
          SslConfigs.SSL_TRUSTSTORE_PASSWORD_CONFIG);

  private static final List<String> OKHTTP_PROTOCOLS =
      Arrays.stream(TlsVersion.values()).map(TlsVersion::javaName).toList();
  private static final String PROTOCOLS = PREFIX + SslConfigs.SSL_ENABLED_PROTOCOLS_CONFIG;
  private static final String ENGINE_FACTORY = PREFIX + SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG;
  private static final String CIPHER_SUITES = PREFIX + SslConfigs.SSL_CIPHER_SUITES_CONFIG;

  private static final ConfigDef SSL = new ConfigDef();

  static {
    ConfigDef kafkas = new ConfigDef();
    SslConfigs.addClientSslSupport(kafkas);
    kafkas.configKeys().values().stream()
        .filter(key -> !key.name.equals(SslConfigs.SSL_ENGINE_FACTORY_CLASS_CONFIG))
        .forEach(SSL::define);
  }

  private FalTls() {}

  static ConfigDef addTo(ConfigDef def) {
    def.embed(PREFIX, "", 100, SSL);
    return def;
  }

  /** Null where no {@code fal.ssl.*} key is set: then the JVM's own TLS settings hold. */
  static TlsSettings settings(AbstractConfig config) {
    if (config.originalsWithPrefix(PREFIX + "ssl.").isEmpty()) {
      return null;
    }
    Map<String, Object> ssl = values(config);
    try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
      factory.configure(ssl);
      String identification =
          (String) ssl.get(SslConfigs.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM_CONFIG);
      return new TlsSettings(
          factory.sslContext(),
          texts(ssl.get(SslConfigs.SSL_ENABLED_PROTOCOLS_CONFIG)),
          texts(ssl.get(SslConfigs.SSL_CIPHER_SUITES_CONFIG)),
          identification == null || !identification.isEmpty());
    }
  }

  private static Map<String, Object> values(AbstractConfig config) {
    Map<String, Object> ssl = new HashMap<>();
    SSL.names().forEach(key -> ssl.put(key, config.values().get(PREFIX + key)));
    return ssl;
  }

  /** Says what is wrong with the keys, and which names are not known to the JVM, or to OkHttp. */
  static void check(AbstractConfig config, ConfigReport report) {
    if (config.originals().get(ENGINE_FACTORY) != null) {
      report.error(ENGINE_FACTORY, "cannot be set: OkHttp makes its own engines");
    }
    try {
      TlsSettings tls = settings(config);
      if (tls != null) {
        SSLParameters known = tls.context().getSupportedSSLParameters();
        List<String> protocols = new ArrayList<>(List.of(known.getProtocols()));
        protocols.retainAll(OKHTTP_PROTOCOLS);
        checkNames(report, PROTOCOLS, asked(config, PROTOCOLS), protocols);
        List<String> suites = List.of(known.getCipherSuites());
        checkNames(report, CIPHER_SUITES, asked(config, CIPHER_SUITES), suites);
      }
    } catch (RuntimeException e) {
      report.error(culprit(config), "the fal.ssl.* settings cannot be used: " + e.getMessage());
    }
  }

  /** The first key, of those that are set, of what all is well without. */
  private static String culprit(AbstractConfig config) {
    List<String> given =
        SSL.names().stream().filter(key -> config.originals().containsKey(PREFIX + key)).toList();
    return Stream.concat(Stream.of(IDENTITY, TRUST), given.stream().map(List::of))
        .filter(keys -> keys.stream().anyMatch(given::contains) && isWellWithout(config, keys))
        .flatMap(keys -> keys.stream().filter(given::contains))
        .map(PREFIX::concat)
        .findFirst()
        .orElse(FIRST_KEY);
  }

  private static boolean isWellWithout(AbstractConfig config, List<String> keys) {
    Map<String, Object> ssl = values(config);
    keys.forEach(key -> ssl.put(key, SSL.defaultValues().get(key)));
    try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
      factory.configure(ssl);
      return true;
    } catch (RuntimeException e) {
      return false;
    }
  }

  /** Nothing where the default holds, which is for every JVM. */
  private static List<String> asked(AbstractConfig config, String key) {
    return config.originals().containsKey(key) ? config.getList(key) : List.of();
  }

  private static void checkNames(
      ConfigReport report, String key, List<String> names, List<String> known) {
    List<String> unknown = new ArrayList<>(names);
    unknown.removeAll(known);
    if (!unknown.isEmpty()) {
      report.error(key, unknown + " is not known here");
    }
  }

  private static List<String> texts(Object value) {
    if (!(value instanceof List<?> list) || list.isEmpty()) {
      return null;
    }
    return list.stream().map(String::valueOf).toList();
  }
}
