// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatusUpdateTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void everyFieldIsRead() throws Exception {
    String text =
        """
        {"status":"COMPLETED","request_id":"r","queue_position":3,"response_url":"https://q/r",
         "logs":[{"message":"m","level":"INFO","source":"run","timestamp":"t"}],
         "metrics":{"inference_time":1.5,"count":2},"error":"e","error_type":"t"}""";
    assertThat(StatusUpdate.parse(text))
        .isEqualTo(
            new StatusUpdate(
                "COMPLETED",
                "r",
                3L,
                java.util.List.of(new LogLine("m", "INFO", "run", "t")),
                Map.of("inference_time", 1.5, "count", 2.0),
                "https://q/r",
                "e",
                "t",
                text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"status\":\"S\"}",
        "{\"status\":\"S\",\"queue_position\":null,\"logs\":null,\"metrics\":null,"
            + "\"response_url\":null,\"error\":null,\"error_type\":null,\"request_id\":null}",
        "{\"status\":\"S\",\"queue_position\":\"x\",\"logs\":7,\"metrics\":[1]}",
        "{\"status\":\"S\",\"queue_position\":1.5,\"logs\":\"x\",\"metrics\":\"x\"}",
        "{\"status\":\"S\",\"queue_position\":99999999999999999999999,\"logs\":[7,null,[]],"
            + "\"metrics\":{\"a\":\"b\",\"c\":null,\"d\":{},\"e\":true}}",
        "{\"status\":\"S\",\"queue_position\":{},\"logs\":{},\"metrics\":{}}",
        "{\"status\":\"S\",\"novelty\":{\"deep\":[1]},\"Status\":\"T\"}",
        " \n{\"status\" : \"S\"}\r\n "
      })
  void whatIsMissingNullOrOddIsAbsent(String text) throws Exception {
    StatusUpdate update = StatusUpdate.parse(text);
    assertThat(update)
        .isEqualTo(
            new StatusUpdate(
                "S", null, null, java.util.List.of(), Map.of(), null, null, null, text));
    assertThat(update.phase()).isEqualTo(RequestPhase.UNKNOWN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "7",
        "\"COMPLETED\"",
        "[{\"status\":\"S\"}]",
        "{}",
        "{\"status\":null}",
        "{\"status\":\"\"}",
        "{\"status\":7}",
        "{\"status\":[\"S\"]}",
        "{\"status\":\"S\"",
        "{\"status\":\"S\"} x",
        "{\"status\":\"S\"}{\"status\":\"S\"}",
        "{\"status\":\"S\",}",
        "{'status':'S'}",
        "<html></html>"
      })
  void anythingElseIsMalformed(String text) {
    assertThatThrownBy(() -> StatusUpdate.parse(text))
        .isInstanceOf(MalformedStatusException.class)
        .satisfies(e -> assertThat(e.getMessage()).isNotBlank().hasSizeLessThan(400));
  }

  @Test
  void absurdSizesAreMalformedToo() throws Exception {
    assertThat(StatusUpdate.parse("{\"status\":\"" + "S".repeat(256) + "\"}").status())
        .hasSize(256);
    for (String text :
        new String[] {
          "{\"status\":\"" + "S".repeat(257) + "\"}",
          "{\"status\":\"S\",\"x\":" + "[".repeat(50_000) + "]".repeat(50_000) + "}",
          "{\"status\":\"S\",\"x\":" + "9".repeat(50_000) + "}"
        }) {
      assertThatThrownBy(() -> StatusUpdate.parse(text))
          .isInstanceOf(MalformedStatusException.class)
          .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400));
    }
  }

  @Test
  void numbersAsPythonWritesThemSpoilNothingElse() throws Exception {
    String text =
        "{\"status\":\"COMPLETED\",\"queue_position\":NaN,\"logs\":[NaN],"
            + "\"metrics\":{\"a\":NaN,\"b\":-Infinity,\"c\":2},\"x\":[Infinity]}";
    StatusUpdate update = StatusUpdate.parse(text);
    assertThat(update.phase().isOver()).isTrue();
    assertThat(update.queuePosition()).isNull();
    assertThat(update.metrics()).isEqualTo(Map.of("c", 2.0));
    assertThat(update.raw()).isEqualTo(text);
  }

  @Test
  void whatIsMalformedIsNotQuoted() {
    assertThatThrownBy(() -> StatusUpdate.parse("half-of-a-key: 1"))
        .isInstanceOf(MalformedStatusException.class)
        .hasMessageNotContaining("half");
  }

  @Test
  void numbersThatAreNoDoubleAreNoMetrics() throws Exception {
    String text = "{\"status\":\"S\",\"metrics\":{\"a\":1e400,\"b\":-1e400,\"c\":1e-400,\"d\":2}}";
    assertThat(StatusUpdate.parse(text).metrics()).isEqualTo(Map.of("c", 0.0, "d", 2.0));
  }

  @ParameterizedTest
  @CsvSource({
    "3.0, 3",
    "-1, -1",
    "-1.0, -1",
    "1e3, 1000",
    "-9223372036854775808, -9223372036854775808",
    "0.5,",
    "1e400,",
    "1e19,",
    "true,",
    "\"3\", 3",
    "\" 3 \", 3",
    "\"1e999999999\",",
    "\"third\",",
    "\"\","
  })
  void aPositionIsAWholeNumber(String told, Long position) throws Exception {
    String text = "{\"status\":\"S\",\"queue_position\":" + told + "}";
    assertThat(StatusUpdate.parse(text).queuePosition()).isEqualTo(position);
  }

  @Test
  void aMetricMayBeToldAsAText() throws Exception {
    String text = "{\"status\":\"S\",\"metrics\":{\"a\":\"1.5\",\"b\":\"NaN\",\"c\":\"1e999999\"}}";
    assertThat(StatusUpdate.parse(text).metrics()).isEqualTo(Map.of("a", 1.5));
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "\"\"", "\" \"", "{}", "[]", "null"})
  void anErrorThatSaysThatThereIsNoneIsNone(String none) throws Exception {
    String text = "{\"status\":\"COMPLETED\",\"error\":%s,\"error_type\":%s}".formatted(none, none);
    assertThat(StatusUpdate.parse(text).phase()).isEqualTo(RequestPhase.COMPLETED);
    assertThat(StatusUpdate.parse(text).error()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"true", "0", "[null]", "{\"a\":{}}", "\"false\""})
  void anyOtherErrorIsOne(String some) throws Exception {
    String text = "{\"status\":\"COMPLETED\",\"error\":" + some + "}";
    assertThat(StatusUpdate.parse(text).phase()).isEqualTo(RequestPhase.FAILED);
  }

  @Test
  void aTextMayBeOfAnyLength() throws Exception {
    String line = "x".repeat(21_000_000);
    assertThat(
            StatusUpdate.parse("{\"status\":\"S\",\"logs\":[\"" + line + "\"]}")
                .logs()
                .get(0)
                .message()
                .length())
        .isEqualTo(line.length());
  }

  @ParameterizedTest
  @CsvSource({
    "COMPLETED, null, null, COMPLETED",
    "COMPLETED, '\"x\"', null, FAILED",
    "COMPLETED, null, '\"t\"', FAILED",
    "COMPLETED, '{\"message\":\"x\"}', null, FAILED",
    "IN_PROGRESS, '\"x\"', null, UNFINISHED",
    "FAILED, '\"x\"', null, FAILED",
    "ERROR, null, null, FAILED",
    "failed, null, null, FAILED",
    "CANCELLED, null, null, CANCELLED",
    "CANCELED, '\"x\"', null, CANCELLED",
    "COMPLETED, '\"x\"', '\"client_cancelled\"', CANCELLED",
    "WARMING_UP, null, null, UNKNOWN"
  })
  void completedWithAnErrorIsFailed(String status, String error, String type, RequestPhase phase)
      throws Exception {
    String text =
        "{\"status\":\"%s\",\"error\":%s,\"error_type\":%s}".formatted(status, error, type);
    assertThat(StatusUpdate.parse(text).phase()).isEqualTo(phase);
  }

  @Test
  void aLogEntryMayBeItsMessage() throws Exception {
    assertThat(StatusUpdate.parse("{\"status\":\"S\",\"logs\":[\"m\",{\"message\":7}]}").logs())
        .containsExactly(new LogLine("m", null, null, null), new LogLine("7", null, null, null));
  }

  @Property
  void anyTextIsReadOrMalformed(@ForAll String text) {
    for (String whole : new String[] {text, "{\"status\":\"S\"" + text, "{" + text + "}"}) {
      try {
        assertThat(StatusUpdate.parse(whole).raw()).isEqualTo(whole);
      } catch (MalformedStatusException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  @Property
  void textsAndNumbersComeAsTheyAre(
      @ForAll @StringLength(min = 1, max = 256) String status,
      @ForAll String error,
      @ForAll long position)
      throws Exception {
    Map<String, Object> fields =
        Map.of("status", status, "error", error, "queue_position", position);
    StatusUpdate update = StatusUpdate.parse(JSON.writeValueAsString(fields));
    assertThat(update.status()).isEqualTo(status);
    assertThat(update.error()).isEqualTo(error.isBlank() ? null : error);
    assertThat(update.queuePosition()).isEqualTo(position);
  }
}
