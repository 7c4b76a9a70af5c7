// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OutputJsonTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "0.1000000000000000055511151231257827",
        "1.50",
        "1E+400",
        "123456789012345678901234567890",
        "1",
        "[{\"a\":[null,true,\"\\u0000é\"]}]"
      })
  void whatIsReadIsWrittenAsItWas(String json) throws Exception {
    assertThat(OutputJson.write(OutputJson.read(json))).isEqualTo(json);
  }

  @ParameterizedTest
  @CsvSource({"NaN,NaN", "Infinity,Infinity", "-Infinity,-Infinity"})
  void whatJsonHasNoNumberForIsWrittenAsText(String python, String text) throws Exception {
    JsonNode read = OutputJson.read("{\"score\":" + python + "}");
    assertThat(read.get("score").asText()).isEqualTo(text);
    assertThat(OutputJson.write(read)).isEqualTo("{\"score\":\"" + text + "\"}");
    assertThat(read).hasToString("{\"score\":\"" + text + "\"}");
  }

  @Test
  void aTextIsAsLongAsItIs() throws Exception {
    String image = "A".repeat(25_000_000);
    assertThat(OutputJson.read("\"" + image + "\"").textValue()).hasSameSizeAs(image);
  }

  @Test
  void soIsANumberUpToABound() throws Exception {
    String number = "7".repeat(10_000);
    assertThat(OutputJson.write(OutputJson.read(number))).isEqualTo(number);
    assertRefused(number + "7");
  }

  @Test
  void nestingHasABound() throws Exception {
    String most = "[".repeat(200) + "]".repeat(200);
    assertThat(OutputJson.write(OutputJson.read(most))).isEqualTo(most);
    assertRefused("[" + most + "]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"{", "{}{}", "1 2", "nothing", "'a'", "{\"a\":}", "1E99999999999"})
  void whatIsNotOneValueIsRefused(String text) {
    assertRefused(text);
  }

  @Test
  void nothingIsMissing() throws Exception {
    assertThat(OutputJson.read(" ").isMissingNode()).isTrue();
  }

  private static void assertRefused(String text) {
    assertThatThrownBy(() -> OutputJson.read(text)).isInstanceOf(JsonProcessingException.class);
  }
}
