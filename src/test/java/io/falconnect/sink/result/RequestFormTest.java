// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.sink.SinkScene;
import io.falconnect.sink.input.Input;
import io.falconnect.sink.input.Inputs;
import java.util.List;
import java.util.Map;
import okhttp3.HttpUrl;
import okio.ByteString;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RequestFormTest {
  private static final String ANSWER =
      """
      {"status": "IN_QUEUE", "request_id": "r-1", "queue_position": 3, "novelty": {"a": [1]},
       "status_url": "https://queue.fal.run/o/a/requests/r-1/status"}""";

  private static Input input(Object key) {
    SinkRecord record = new SinkRecord("inputs", 2, null, key, null, "{}", 7);
    return new Input(record, Inputs.assignment(2), 7, "made-up", ByteString.EMPTY);
  }

  private static ResultRecord result(String answer) {
    JsonNode output = SinkScene.json(answer);
    return new ResultRecord(0, true, output, null, null, 5);
  }

  private static RequestForm form(String endpoint, boolean asStruct) {
    return new RequestForm(endpoint, List.of(HttpUrl.get("https://queue.fal.run")), asStruct);
  }

  @Test
  void asMapItIsFalsAnswerWithTheEndpoint() {
    RequestForm form = form("o/a/path", false);
    JsonNode value = form.createJson(input("k"), result(ANSWER));
    assertThat(value.path("endpoint_id").asText()).isEqualTo("o/a/path");
    assertThat(value.path("request_id").asText()).isEqualTo("r-1");
    assertThat(value.path("novelty")).hasToString("{\"a\":[1]}");
    assertThat(value.path("status_url").asText()).endsWith("/r-1/status");
    assertThat(form.createKey(input("k"), result(ANSWER)).value()).isEqualTo("r-1");
  }

  @Test
  void aUrlOfASpareHostIsOneOfFal() {
    String spare = ANSWER.replace("queue.fal.run", "queue.example.com");
    List<HttpUrl> queue =
        List.of(HttpUrl.get("https://queue.fal.run"), HttpUrl.get("https://queue.example.com"));
    JsonNode value = new RequestForm("o/a", queue, false).createJson(input("k"), result(spare));
    assertThat(value.path("status_url").asText()).startsWith("https://queue.example.com/");
    assertThat(form("o/a", false).createJson(input("k"), result(spare)).has("status_url"))
        .isFalse();
  }

  @Test
  void asStructItHasWhatASchemaCanName() {
    RequestForm form = form("o/a/path", true);
    Struct value = form.createStruct(input("k"), result(ANSWER));
    value.validate();
    assertThat(value.schema()).isEqualTo(ResultSchemas.REQUEST);
    assertThat(value.getString("endpoint_id")).isEqualTo("o/a/path");
    assertThat(value.getString("request_id")).isEqualTo("r-1");
    assertThat(value.getInt64("queue_position")).isEqualTo(3);
    assertThat(value.getString("cancel_url")).isNull();
    Struct odd =
        form.createStruct(
            input("k"), result("{\"request_id\":\"r\",\"status\":7,\"queue_position\":\"x\"}"));
    assertThat(odd.getString("status")).isNull();
    assertThat(odd.getInt64("queue_position")).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '^',
      value = {"'r-1', r-1", "7, 7", "null,", "true,", "1.5,", "'',", "'a b',", "['r'],"})
  void aRequestIdIsATextOrAWholeNumber(String told, String id) {
    JsonNode answer = SinkScene.json("{\"request_id\":" + told.replace('\'', '"') + "}");
    assertThat(RequestForm.findRequestId(answer)).isEqualTo(id);
    assertThat(RequestForm.findRequestId(SinkScene.json("[]"))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"https://elsewhere.example/o/a/requests/r-1\"",
        "\"http://queue.fal.run/o/a/requests/r-1\"",
        "\"https://queue.fal.run/o/a/requests/another\"",
        "\"https://queue.fal.run/\"",
        "\"\"",
        "null",
        "7"
      })
  void aUrlThatTheStatusSourceWouldRefuseIsLeftOut(String url) {
    String answer = "{\"request_id\": \"r-1\", \"response_url\": %s, \"cancel_url\": %s}";
    ResultRecord result = result(answer.formatted(url, url));
    assertThat(form("o/a", false).createJson(input("k"), result))
        .hasToString("{\"request_id\":\"r-1\",\"endpoint_id\":\"o/a\"}");
    assertThat(form("o/a", true).createStruct(input("k"), result).getString("cancel_url")).isNull();
  }

  @Test
  void aNumberIsARequestIdAsText() {
    ResultRecord result = result("{\"request_id\": 17}");
    assertThat(form("o/a", false).createJson(input("k"), result).path("request_id").textValue())
        .isEqualTo("17");
  }

  @Test
  void headersSayWhichInputItWas() {
    RequestForm form = form("o/a", false);
    assertThat(form.createHeaders(input("k"), result(ANSWER)))
        .isEqualTo(
            Map.of(
                "fal.request_id", "r-1",
                "fal.input.topic", "inputs",
                "fal.input.partition", "2",
                "fal.input.offset", "7",
                "fal.input.key", "k"));
    assertThat(form.createHeaders(input("\u00fc".getBytes(UTF_8)), result(ANSWER)))
        .containsEntry("fal.input.key", "\u00fc");
    assertThat(form.createHeaders(input(null), result(ANSWER))).doesNotContainKey("fal.input.key");
  }
}
