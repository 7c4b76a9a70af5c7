// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.common.config.types.Password;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretWordsTest {
  private static final SecretWords SECRETS =
      SecretWords.of(
          Map.of(
              "ssl.key.password", new Password("open sesame"),
              "basic.auth.user.info", "somebody:pa55-word",
              "schema.registry.url", "http://reader:hush@registry:8081",
              "basic.auth.credentials.source", "USER_INFO",
              "sasl.jaas.config",
                  "org.x.PlainLoginModule required username=\"me\" password=\"x1\";"));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "say sesame",
        "OPEN!",
        "cannot use pa55",
        "GET http://reader:hush@registry:8081/subjects",
        "key 'x1' in JAAS config",
      })
  void aWordOfASecretIsFound(String text) {
    assertThat(SECRETS.isQuotedIn(text)).isTrue();
    assertThat(SECRETS.isQuotedIn(new IllegalStateException("no", new Error(text)))).isTrue();
    Throwable suppressing = new IllegalStateException("no");
    suppressing.addSuppressed(new Error(text));
    assertThat(SECRETS.isQuotedIn(suppressing)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Failed to construct kafka consumer",
        "username and password are required",
        "Invalid value USER_INFO for basic.auth.credentials.source",
        "registry:8081 refused the connection",
      })
  void otherTextQuotesNothing(String text) {
    assertThat(SECRETS.isQuotedIn(text)).isFalse();
  }

  @Test
  void aChainWithoutEndCountsAsAQuote() {
    Exception first = new IllegalStateException("first");
    Exception second = new IllegalStateException("second", first);
    first.initCause(second);
    assertThat(SECRETS.isQuotedIn(first)).isTrue();
  }
}
