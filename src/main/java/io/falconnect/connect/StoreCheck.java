// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.io.File;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.security.KeyStoreException;
import java.security.NoSuchProviderException;
import java.security.UnrecoverableKeyException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/**
 * Finds out which of Kafka's {@code ssl.*} settings cannot be used, and says why in words of its
 * own: messages about PEM texts and key stores may quote secrets. Used by one thread.
 */
final class StoreCheck {
  private static final String LOCATION = ".location";

  private static final List<String> KEY_STORE =
      List.of(
          SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG,
          SslConfigs.SSL_KEYSTORE_KEY_CONFIG,
          SslConfigs.SSL_KEYSTORE_CERTIFICATE_CHAIN_CONFIG,
          SslConfigs.SSL_KEYSTORE_PASSWORD_CONFIG,
          SslConfigs.SSL_KEYSTORE_TYPE_CONFIG,
          SslConfigs.SSL_KEY_PASSWORD_CONFIG);

  private static final List<String> TRUST_STORE =
      List.of(
          SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG,
          SslConfigs.SSL_TRUSTSTORE_CERTIFICATES_CONFIG,
          SslConfigs.SSL_TRUSTSTORE_PASSWORD_CONFIG,
          SslConfigs.SSL_TRUSTSTORE_TYPE_CONFIG);

  private static final ConfigDef DEFINITION = new ConfigDef();

  static {
    SslConfigs.addClientSslSupport(DEFINITION);
  }

  private final Map<String, ?> given;
  private final SecretWords secrets;

  /**
   * Checks settings.
   *
   * @param settings Kafka's {@code ssl.*} settings, without prefix. Others are ignored
   */
  StoreCheck(Map<String, ?> settings) {
    this.given = settings;
    this.secrets = SecretWords.of(settings);
  }

  /** The wrong settings, if Kafka cannot make TLS engines of them. */
  List<Finding> findErrors() {
    Map<String, Object> parsed;
    try {
      parsed = DEFINITION.parse(given);
    } catch (ConfigException e) {
      // Single values are checked with their own keys.
      return List.of();
    }
    Throwable failure = tryToUse(parsed);
    if (failure == null) {
      return List.of();
    }
    List<Finding> errors = new ArrayList<>();
    for (List<String> store : List.of(KEY_STORE, TRUST_STORE)) {
      List<String> set = store.stream().filter(key -> given.get(key) != null).toList();
      Throwable alone = set.isEmpty() ? null : tryToUse(selectOnly(parsed, store));
      if (alone != null) {
        errors.add(explain(set, alone));
      }
    }
    return errors.isEmpty() ? List.of(explain(findWrongSettings(parsed), failure)) : errors;
  }

  /** The failure, or null. */
  private static Throwable tryToUse(Map<String, Object> parsed) {
    try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
      factory.configure(parsed);
      return null;
    } catch (RuntimeException | LinkageError e) {
      return e;
    }
  }

  private static Map<String, Object> selectOnly(Map<String, Object> parsed, List<String> keys) {
    Map<String, Object> selected = new HashMap<>(DEFINITION.defaultValues());
    keys.forEach(key -> selected.put(key, parsed.get(key)));
    return selected;
  }

  private Finding explain(List<String> wrong, Throwable failure) {
    Throwable root = failure;
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      root = cause;
      if (cause instanceof NoSuchFileException) {
        return new Finding(
            select(wrong, LOCATION), "the file " + cause.getMessage() + " does not exist");
      }
      if (cause instanceof AccessDeniedException) {
        return new Finding(
            select(wrong, LOCATION), "the file " + cause.getMessage() + " may not be read");
      }
      if (cause instanceof UnrecoverableKeyException) {
        return explainPassword(wrong, failure);
      }
      if (cause instanceof KeyStoreException && isNotFound(cause)) {
        return new Finding(select(wrong, ".type"), "the worker knows no store of this type");
      }
      if (cause instanceof NoSuchProviderException) {
        return new Finding(SslConfigs.SSL_PROVIDER_CONFIG, "the worker has no such provider");
      }
    }
    if (String.valueOf(root.getMessage()).contains("password was incorrect")) {
      return explainPassword(wrong, failure);
    }
    return explainContent(wrong, root);
  }

  private static boolean isNotFound(Throwable failure) {
    return String.valueOf(failure.getMessage()).endsWith("not found");
  }

  /** A wrong password of a store fails while the store is read, that of a key afterwards. */
  private Finding explainPassword(List<String> wrong, Throwable failure) {
    boolean isOfStore = String.valueOf(failure.getMessage()).startsWith("Failed to load SSL");
    String key =
        isOfStore || given.get(SslConfigs.SSL_KEY_PASSWORD_CONFIG) == null
            ? select(wrong, "store.password")
            : SslConfigs.SSL_KEY_PASSWORD_CONFIG;
    return new Finding(key, "this is not the password, or the store is damaged");
  }

  private Finding explainContent(List<String> wrong, Throwable root) {
    boolean isSayable = root.getMessage() != null && !secrets.isQuotedIn(root);
    if (root instanceof InvalidConfigurationException && isSayable) {
      return root.getMessage().contains("password is not specified")
          ? explainMissingPassword(wrong, root.getMessage())
          : new Finding(wrong.get(0), root.getMessage());
    }
    if (wrong.stream().anyMatch(key -> key.endsWith(".key") || key.contains(".certificate"))) {
      return new Finding(
          wrong.get(0),
          "this is not the PEM text that is expected here, or the password of the key is wrong");
    }
    String reason = isSayable ? root.getMessage() : root.getClass().getSimpleName();
    if (wrong.stream().anyMatch(key -> key.endsWith(".location"))) {
      return new Finding(
          select(wrong, ".type"),
          "the store cannot be read, its type may be another one: " + reason);
    }
    return new Finding(wrong.get(0), "cannot be used: " + reason);
  }

  /** Kafka asks for the password before it looks for the file. */
  private Finding explainMissingPassword(List<String> wrong, String message) {
    Object location = given.get(select(wrong, LOCATION));
    if (location instanceof String file && !new File(file.trim()).exists()) {
      return new Finding(select(wrong, LOCATION), "the file " + file + " does not exist");
    }
    String key =
        KEY_STORE.contains(wrong.get(0))
            ? SslConfigs.SSL_KEYSTORE_PASSWORD_CONFIG
            : SslConfigs.SSL_TRUSTSTORE_PASSWORD_CONFIG;
    return new Finding(key, message);
  }

  /** The first setting without which the others can be used. Never empty. */
  private List<String> findWrongSettings(Map<String, Object> parsed) {
    return DEFINITION.names().stream()
        .filter(key -> given.get(key) != null && isUsableWithout(parsed, List.of(key)))
        .findFirst()
        .map(List::of)
        .orElse(List.of(SslConfigs.SSL_TRUSTSTORE_LOCATION_CONFIG));
  }

  private static boolean isUsableWithout(Map<String, Object> parsed, List<String> keys) {
    Map<String, Object> rest = new HashMap<>(parsed);
    keys.forEach(key -> rest.put(key, DEFINITION.defaultValues().get(key)));
    return tryToUse(rest) == null;
  }

  /** The first of the settings that ends so, else the first. */
  private static String select(List<String> settings, String end) {
    List<String> matching = new ArrayList<>(settings);
    matching.removeIf(key -> !key.endsWith(end));
    return matching.isEmpty() ? settings.get(0) : matching.get(0);
  }
}
