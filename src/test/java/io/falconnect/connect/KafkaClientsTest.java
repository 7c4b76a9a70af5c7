// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said of a Kafka client that cannot be created names the key and quotes no secret. */
class KafkaClientsTest {
  private static final ClientKeys KEYS = new ClientKeys("x.client.", "x.bootstrap.servers");
  private static final String PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule";
  private static final String SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule";

  /** A client of each kind. */
  private static final List<BiFunction<ClientKeys, Map<String, Object>, AutoCloseable>> CLIENTS =
      List.of(
          KafkaClients::createConsumer, KafkaClients::createProducer, KafkaClients::createAdmin);

  private static Map<String, Object> settings(String... more) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", "127.0.0.1:1");
    for (int i = 0; i < more.length; i += 2) {
      settings.put(more[i], more[i + 1]);
    }
    return settings;
  }

  private static List<ClientSettingException> failures(Map<String, Object> settings) {
    return CLIENTS.stream()
        .map(
            client ->
                catchThrowableOfType(
                    ClientSettingException.class, () -> client.apply(KEYS, settings).close()))
        .toList();
  }

  private static String trace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        PLAIN + " required username=\"u\" password=\"s3cr\"et99\";",
        PLAIN + " required username=\"u\" password=\"s3cr;et99",
        PLAIN + " required username=\"u\" password=\"s3cr\" et99;",
        PLAIN + " required username=\"u\" password=\"s3cr\"; et99;",
        PLAIN + " required username=\"u\" password=\"s3cr\"; et99 s3cr;",
        PLAIN + " required username=\"u\" password=\"s3cr et99\"",
        PLAIN + " username=\"u\" password=\"s3cr et99\";",
        SCRAM + " required username=\"u\" password=\"a\"s3cr\"et99\";",
        SCRAM + " et99 username=\"u\" password=\"s3cr\";",
        SCRAM + " required username=u password=\"s3cr\"\\145\\164\\71\\71=et99\";",
        "required username=\"u\" password=\"s3cr-et99\";",
        "s3cr.et99 required username=\"u\" password=\"s3cr\";",
        "password=\"s3cr\"et99\"",
        "et99",
      })
  void noPartOfALoginIsQuoted(String jaas) {
    Map<String, Object> settings =
        settings(
            "security.protocol",
            "SASL_PLAINTEXT",
            "sasl.mechanism",
            jaas.contains("Scram") ? "SCRAM-SHA-256" : "PLAIN",
            "sasl.jaas.config",
            jaas);
    for (ClientSettingException failure : failures(settings)) {
      assertThat(failure).isInstanceOf(ConnectException.class);
      assertThat(failure.finding().key()).isEqualTo("x.client.sasl.jaas.config");
      assertThat(failure.getMessage()).contains("x.client.*", "x.client.sasl.jaas.config: ");
      assertThat(trace(failure)).doesNotContainIgnoringCase("s3cr", "et99");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "x required a=\"b\"c\"; | an option has no value",
        "x required a=\"b\" | does not end with a semicolon",
        "x a=\"b\"; | 'required'",
        "x required a=b; y required c=d; | exactly one login module",
        "no.such.Module required; | no such login module",
      })
  void theKindOfMistakeInALoginIsNamed(String jaas, String words) {
    Map<String, Object> settings =
        settings(
            "security.protocol", "sasl_plaintext ",
            "sasl.mechanism", "PLAIN",
            "sasl.jaas.config", jaas);
    settings.put("security.protocol", "SASL_PLAINTEXT");
    failures(settings).forEach(failure -> assertThat(failure).hasMessageContaining(words));
  }

  @Test
  void aMissingLoginIsNamed() {
    failures(settings("security.protocol", "SASL_PLAINTEXT", "sasl.mechanism", "PLAIN"))
        .forEach(
            failure ->
                assertThat(failure).hasMessageContaining("x.client.sasl.jaas.config: is missing"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ssl.keystore.location", "ssl.truststore.location"})
  void aStoreThatIsNotThereIsNamedAtItsKey(String key) {
    for (ClientSettingException failure :
        failures(settings("security.protocol", "SSL", key, "/nope.p12"))) {
      assertThat(failure.finding().key()).isEqualTo("x.client." + key);
      assertThat(failure).hasMessageContaining("/nope.p12 does not exist").hasNoCause();
    }
  }

  @Test
  void theReasonIsSaidWhereItQuotesNothing() {
    for (ClientSettingException failure :
        failures(settings("security.protocol", "SECRET", "client.dns.lookup", "never"))) {
      assertThat(failure.finding().key())
          .isIn("x.client.security.protocol", "x.client.client.dns.lookup");
      assertThat(failure).hasMessageContaining("Invalid value");
    }
  }

  @Test
  void brokersThatCannotBeLookedUpAreNamed() {
    Map<String, Object> settings = settings("bootstrap.servers", "no-such-host.invalid:9092");
    for (ClientSettingException failure : failures(settings)) {
      assertThat(failure.finding().key()).isEqualTo("x.bootstrap.servers");
      assertThat(failure).hasMessageContaining("bootstrap");
    }
  }

  @Test
  void aSoundClientIsCreated() {
    CLIENTS.forEach(
        client ->
            assertThatCode(() -> client.apply(KEYS, settings()).close())
                .doesNotThrowAnyException());
  }
}
