// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a key store is said in words, of the setting that is wrong. */
class StoreCheckTest {
  private static final String PASSWORD = "correct-horse";
  @TempDir static Path folder;
  private static Path store;

  @BeforeAll
  static void writeStore() throws Exception {
    store = folder.resolve("store.p12");
    KeyStore empty = KeyStore.getInstance("PKCS12");
    empty.load(null, null);
    try (var out = Files.newOutputStream(store)) {
      empty.store(out, PASSWORD.toCharArray());
    }
    Files.writeString(folder.resolve("garbage"), "no store");
  }

  private static Map<String, String> settings(String... keysAndValues) {
    Map<String, String> settings = new HashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      settings.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return settings;
  }

  private static Finding error(Map<String, String> settings) {
    List<Finding> errors = new StoreCheck(settings).findErrors();
    assertThat(errors).hasSize(1);
    assertThat(errors.get(0).message()).doesNotContain("wr0ng", PASSWORD);
    return errors.get(0);
  }

  @ParameterizedTest
  @CsvSource({"truststore", "keystore"})
  void aFileThatIsNotThereIsNamed(String store) {
    Finding error =
        error(
            settings(
                "ssl." + store + ".location", "/nope.p12", "ssl." + store + ".password", PASSWORD));
    assertThat(error.key()).isEqualTo("ssl." + store + ".location");
    assertThat(error.message()).contains("/nope.p12 does not exist");
  }

  @ParameterizedTest
  @CsvSource({"truststore", "keystore"})
  void aWrongPasswordIsNamed(String name) {
    Finding error =
        error(
            settings(
                "ssl." + name + ".location", store.toString(),
                "ssl." + name + ".type", "PKCS12",
                "ssl." + name + ".password", "wr0ng"));
    assertThat(error.key()).isEqualTo("ssl." + name + ".password");
    assertThat(error.message()).contains("not the password");
  }

  @Test
  void anUnknownTypeIsNamed() {
    Finding error =
        error(
            settings(
                "ssl.truststore.location",
                store.toString(),
                "ssl.truststore.type",
                "PKCS13",
                "ssl.truststore.password",
                PASSWORD));
    assertThat(error.key()).isEqualTo("ssl.truststore.type");
    assertThat(error.message()).contains("no store of this type");
  }

  @ParameterizedTest
  @CsvSource({"PKCS12", "JKS", "PEM"})
  void aFileOfAnotherTypeIsNamed(String type) {
    Map<String, String> settings =
        settings(
            "ssl.truststore.location",
            folder.resolve("garbage").toString(),
            "ssl.truststore.type",
            type);
    Finding error = error(settings);
    assertThat(error.key()).isIn("ssl.truststore.type", "ssl.truststore.location");
  }

  @Test
  void aFolderIsNoStore() {
    Finding error = error(settings("ssl.truststore.location", folder.toString()));
    assertThat(error.key()).isEqualTo("ssl.truststore.location");
  }

  @ParameterizedTest
  @CsvSource({
    "ssl.truststore.certificates, ssl.truststore.type",
    "ssl.keystore.key, ssl.keystore.type",
  })
  void textThatIsNoPemIsNamedAndNotQuoted(String key, String type) {
    Map<String, String> settings =
        settings(
            key, "-----BEGIN PRIVATE KEY-----\nwr0ngwr0ng==\n-----END PRIVATE KEY-----\n",
            type, "PEM");
    if (key.contains("key")) {
      settings.put("ssl.keystore.certificate.chain", "wr0ng");
    }
    assertThat(error(settings).key()).isEqualTo(key);
  }

  @Test
  void bothStoresAreNamed() {
    Map<String, String> settings =
        settings(
            "ssl.truststore.location", "/nope.p12",
            "ssl.keystore.location", store.toString(),
            "ssl.keystore.type", "PKCS12",
            "ssl.keystore.password", "wr0ng");
    assertThat(new StoreCheck(settings).findErrors())
        .extracting(Finding::key)
        .containsExactlyInAnyOrder("ssl.truststore.location", "ssl.keystore.password");
  }

  @Test
  void anUnknownProtocolOfTlsIsNamed() {
    assertThat(error(settings("ssl.protocol", "TLSv9")).key()).isEqualTo("ssl.protocol");
    assertThat(error(settings("ssl.provider", "Nobody")).key()).isEqualTo("ssl.provider");
  }

  @Test
  void soundStoresHaveNoErrors() {
    assertThat(
            new StoreCheck(
                    settings(
                        "ssl.keystore.location",
                        store.toString(),
                        "ssl.keystore.type",
                        "PKCS12",
                        "ssl.keystore.password",
                        PASSWORD,
                        "sasl.mechanism",
                        "PLAIN"))
                .findErrors())
        .isEmpty();
    assertThat(new StoreCheck(Map.of()).findErrors()).isEmpty();
  }
}
