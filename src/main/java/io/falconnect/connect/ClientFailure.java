// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.util.Map;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.apache.kafka.common.KafkaException;

/**
 * Why a Kafka client could not be created: which key is wrong and, where no secret is quoted, what
 * Kafka says of it. Immutable.
 */
final class ClientFailure {
  private static final int MAX_CAUSES = 16;
  private static final Pattern NAME = Pattern.compile("[a-z0-9]+(\\.[a-z0-9]+)*");

  private final ClientKeys keys;
  private final Map<String, ?> settings;
  private final Throwable failure;
  private final SecretWords secrets;

  /**
   * Judges a failure.
   *
   * @param settings the client's settings, without the prefix
   * @param failure what Kafka has thrown
   */
  ClientFailure(ClientKeys keys, Map<String, ?> settings, Throwable failure) {
    this.keys = keys;
    this.settings = settings;
    this.failure = failure;
    this.secrets = SecretWords.of(settings);
  }

  /**
   * Whether the messages of the failure or of its causes may quote a part of a secret. All of those
   * about key stores and logins may.
   */
  boolean mayQuoteSecret() {
    return findSecurityError().isPresent() || secrets.isQuotedIn(failure);
  }

  private Optional<Finding> findSecurityError() {
    return ClientSecurity.findErrors(settings).stream()
        .findFirst()
        .or(() -> JaasCheck.findLoginError(failure, secrets));
  }

  /** The wrong key with its prefix, and what is wrong. */
  Finding toFinding() {
    Optional<Finding> found = findSecurityError();
    if (found.isPresent()) {
      return new Finding(keys.prefix() + found.get().key(), found.get().message());
    }
    Throwable root = findRoot();
    String message = root.getMessage();
    if (message == null || secrets.isQuotedIn(message)) {
      return new Finding(
          keys.bootstrap(),
          root.getClass().getName() + "; its message is not shown, because it may quote a secret");
    }
    boolean isKafkas = root instanceof KafkaException;
    return new Finding(
        findKey(message), isKafkas ? message : root.getClass().getSimpleName() + ": " + message);
  }

  /** The first cause that says more than that the client could not be created. */
  private Throwable findRoot() {
    Throwable root = failure;
    for (int i = 0; i < MAX_CAUSES && root.getCause() != null; i++) {
      root = root.getCause();
    }
    return root.getMessage() == null ? failure : root;
  }

  /** The first setting that the message names; else the key of the brokers. */
  private String findKey(String message) {
    return NAME.matcher(message)
        .results()
        .map(MatchResult::group)
        .filter(settings::containsKey)
        .filter(name -> !name.equals("bootstrap.servers"))
        .map(keys.prefix()::concat)
        .findFirst()
        .orElse(keys.bootstrap());
  }
}
