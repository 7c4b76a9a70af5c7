// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.security.auth.login.LoginException;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.common.security.JaasContext;

/**
 * Says what is wrong with {@code sasl.jaas.config}, without a word of it: Kafka's own messages
 * quote the part that cannot be read, which may be a part of the password. Stateless.
 */
final class JaasCheck {
  private static final String KEY = SaslConfigs.SASL_JAAS_CONFIG;

  /** The beginnings of Kafka's messages, and what they mean. */
  private static final Map<String, String> MEANINGS = new LinkedHashMap<>();

  static {
    MEANINGS.put(
        "Value not specified",
        "an option has no value. A quote inside of a value has to be written as \\\"");
    MEANINGS.put("JAAS config entry not terminated", "it does not end with a semicolon");
    MEANINGS.put("Login module not specified", "it names no login module");
    MEANINGS.put(
        "Login module control flag",
        "'required' is missing after the login module, or text follows the last semicolon");
    MEANINGS.put(
        "Invalid login module control flag",
        "the word after the login module is not 'required', or text follows the last semicolon");
    MEANINGS.put("JAAS config property contains", "it has to have exactly one login module");
    MEANINGS.put("JAAS config property does not contain", "it names no login module");
  }

  private JaasCheck() {}

  /** Parses the text as Kafka's clients do. Does not log in. */
  static Optional<Finding> findError(Map<String, ?> settings) {
    Map<String, Object> parsed = new HashMap<>(settings);
    boolean isGiven = settings.get(KEY) != null;
    if (settings.get(KEY) instanceof String text) {
      parsed.put(KEY, new Password(text));
    }
    try {
      JaasContext.loadClientContext(parsed);
      return Optional.empty();
    } catch (RuntimeException | LinkageError e) {
      String message =
          isGiven
              ? "cannot be read: " + meaningOf(String.valueOf(e.getMessage()))
              : "is missing: SASL needs it";
      return Optional.of(new Finding(KEY, message));
    }
  }

  private static String meaningOf(String message) {
    if (message.contains(" is not allowed")) {
      return "the worker does not allow this login module";
    }
    return MEANINGS.entrySet().stream()
        .filter(meaning -> message.startsWith(meaning.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("Kafka's reason is not shown, because it may quote the password");
  }

  /** Whether a login module refused to log in, or is no class of the worker. */
  static Optional<Finding> findLoginError(Throwable failure, SecretWords secrets) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof LoginException) {
        String message = String.valueOf(cause.getMessage());
        String why =
            message.contains("LoginModule") || secrets.isQuotedIn(message)
                ? "the worker has no such login module, or the module refuses its options"
                : message;
        return Optional.of(new Finding(KEY, "the login failed: " + why));
      }
    }
    return Optional.empty();
  }
}
