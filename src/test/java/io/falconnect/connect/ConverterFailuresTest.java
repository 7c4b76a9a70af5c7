// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What converters throw: a registry that is away says nothing of the record. */
class ConverterFailuresTest {
  @ParameterizedTest
  @MethodSource("ofTheWayToTheRegistry")
  void aRegistryThatIsAwayMayComeBack(Exception cause) {
    assertThat(Converters.isTemporary(wrapped(cause))).isTrue();
  }

  static Stream<Exception> ofTheWayToTheRegistry() {
    return Stream.of(
        new RetriableException("x"),
        new NetworkException("x"),
        new ConfigException("Failed to access Avro data from topic t : unauthorized"),
        new InvalidConfigurationException("unauthorized; error code: 401"),
        new ConnectException("refused"),
        new UnknownHostException("registry"),
        new SocketTimeoutException("read"),
        new SSLHandshakeException("x"));
  }

  @ParameterizedTest
  @CsvSource({
    "500, true",
    "503, true",
    "429, true",
    "401, true",
    "404, false",
    "409, false",
    "422, false"
  })
  void aRegistryThatAnswersMayMeanTheRecord(int status, boolean mayPass) {
    assertThat(Converters.isTemporary(wrapped(new RestClientException(status)))).isEqualTo(mayPass);
  }

  @ParameterizedTest
  @MethodSource("ofTheRecord")
  void whatIsWrongWithTheRecordStaysSo(Exception cause) {
    assertThat(Converters.isTemporary(wrapped(cause))).isFalse();
  }

  static Stream<Exception> ofTheRecord() {
    return Stream.of(
        new IOException("not JSON"),
        new ConfigException("Schema being registered is incompatible; error code: 409"),
        new SerializationException("Unknown magic byte!"));
  }

  private static DataException wrapped(Exception cause) {
    return new DataException("x", new SerializationException("y", cause));
  }

  /** Looks like that of Confluent's client, which is in none of this project's jars. */
  public static final class RestClientException extends IOException {
    private static final long serialVersionUID = 1L;
    private final int status;

    RestClientException(int status) {
      super("the registry said " + status);
      this.status = status;
    }

    /** HTTP's. */
    public int getStatus() {
      return status;
    }
  }
}
