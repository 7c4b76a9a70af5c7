// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InputReaderTest {
  private static final InputReader READER = new InputReader(InputReader::encodeUtf8, true);
  private static final Assignment ASSIGNMENT = new Assignment(new TopicPartition("in", 3));
  private static final String MADE =
      UUID.nameUUIDFromBytes("in/3/7".getBytes(StandardCharsets.UTF_8)).toString();

  private static SinkRecord record(Schema schema, Object value) {
    return new SinkRecord("in", 3, null, null, schema, value, 7);
  }

  private static Input read(Object value) throws UnusableInputException {
    return READER.read(record(null, value), ASSIGNMENT);
  }

  private static String payload(Object value) throws UnusableInputException {
    return read(value).payload().utf8();
  }

  @Test
  void everyKindOfValueBecomesTheSameObject() throws UnusableInputException {
    String json = "{\"request_id\":\"r\",\"prompt\":\"f\u00fcr \ud83d\ude00\"}";
    byte[] utf8 = json.getBytes(StandardCharsets.UTF_8);
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("request_id", "r");
    map.put("prompt", "f\u00fcr \ud83d\ude00");
    Schema schema =
        SchemaBuilder.struct()
            .field("request_id", Schema.STRING_SCHEMA)
            .field("prompt", Schema.STRING_SCHEMA)
            .build();
    Struct struct = new Struct(schema);
    map.forEach(struct::put);
    assertThat(payload(json)).isEqualTo(json);
    assertThat(payload(" " + json + "\n")).isEqualTo(json);
    assertThat(payload(utf8)).isEqualTo(json);
    ByteBuffer buffer = ByteBuffer.wrap(utf8);
    assertThat(payload(buffer)).isEqualTo(json);
    assertThat(buffer.remaining()).isEqualTo(utf8.length);
    assertThat(payload(map)).isEqualTo(json);
    assertThat(READER.read(record(schema, struct), ASSIGNMENT).payload().utf8()).isEqualTo(json);
  }

  @Test
  void anInputIsWhereItWas() throws UnusableInputException {
    Input input = read("{\"request_id\":\"r\"}");
    assertThat(input.assignment()).isSameAs(ASSIGNMENT);
    assertThat(input.offset()).isEqualTo(7);
    assertThat(input.requestId()).isEqualTo("r");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"request_id\":null}",
        "{\"request_id\":\" \"}",
        "{\"request_id\":true}",
        "{\"request_id\":{\"a\":1}}"
      })
  void whereThereIsNoRequestIdOneIsMadeOfTheCoordinates(String json) throws UnusableInputException {
    Input input = read(json);
    assertThat(input.requestId()).isEqualTo(MADE);
    assertThat(input.payload().utf8()).isEqualTo("{\"request_id\":\"" + MADE + "\"}");
  }

  @ParameterizedTest
  @CsvSource({"12, 12", "1.50, 1.50", "12345678901234567890, 12345678901234567890"})
  void aNumberAsRequestIdStaysOneInThePayload(String json, String id)
      throws UnusableInputException {
    Input input = read("{\"request_id\":" + json + "}");
    assertThat(input.requestId()).isEqualTo(id);
    assertThat(input.payload().utf8()).isEqualTo("{\"request_id\":" + json + "}");
  }

  @Property
  void theSameRecordAlwaysHasTheSameIdWhateverTransformsMakeOfItsTopic(
      @ForAll @LongRange(min = 0) long offset) throws UnusableInputException {
    SinkRecord original =
        new SinkRecord("in", 3, null, null, null, "{}", offset, 5L, TimestampType.CREATE_TIME);
    SinkRecord moved = original.newRecord("other", 9, null, "k", null, "{\"a\":1}", 6L);
    Input one = READER.read(original, ASSIGNMENT);
    Input two = READER.read(moved, ASSIGNMENT);
    assertThat(two.requestId()).isEqualTo(one.requestId());
    assertThat(two.offset()).isEqualTo(offset);
    SinkRecord next = new SinkRecord("in", 3, null, null, null, "{}", offset - 1);
    assertThat(READER.read(next, ASSIGNMENT).requestId()).isNotEqualTo(one.requestId());
  }

  @Test
  void numbersKeepAllTheirDigits() throws UnusableInputException {
    String json =
        "{\"request_id\":\"r\",\"a\":100.0,\"b\":0.1234567890123456789,\"c\":12345678901234567890123}";
    assertThat(payload(json)).isEqualTo(json);
    assertThat(payload("{\"request_id\":\"r\",\"a\":1e400}")).contains("1E+400");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[1]|not a JSON object",
        "\"x\"|not a JSON object",
        "null|not a JSON object",
        "''|not a JSON object",
        "{\"a\":1} {}|it is not JSON at line 1, column 9",
        "{\"a\":1,\"a\":2}|Duplicate",
        "{\"a\":|it is not JSON at line 1",
        "{\"a\":NaN}|it is not JSON",
        "{\"a\":1e99999999999}|it is not JSON",
        "hello|Unrecognized token 'hello'"
      })
  void textThatIsNoObjectIsUnusable(String json, String reason) {
    for (Object value : new Object[] {json, json.getBytes(StandardCharsets.UTF_8)}) {
      assertThatExceptionOfType(UnusableInputException.class)
          .isThrownBy(() -> read(value))
          .withMessageContaining(reason)
          .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400).doesNotContain("\n"));
    }
  }

  @Test
  void whatIsNoTextAndNoObjectIsUnusable() {
    for (Object value : new Object[] {null, 1, true, java.util.List.of("a")}) {
      assertThatExceptionOfType(UnusableInputException.class)
          .isThrownBy(() -> read(value))
          .withMessageContaining("not a JSON object");
    }
    byte[] notUtf8 = {'{', '"', (byte) 0xc3, 0x28, '"', ':', '1', '}'};
    assertThatExceptionOfType(UnusableInputException.class)
        .isThrownBy(() -> read(notUtf8))
        .withMessageContaining("not JSON");
  }

  @Test
  void depthIsBoundedAndReasonsAreShort() throws UnusableInputException {
    String deepest = "{\"a\":" + "[".repeat(199) + "]".repeat(199) + "}";
    assertThat(payload(deepest)).startsWith("{\"a\":[[");
    String tooDeep = "{\"a\":" + "[".repeat(200) + "]".repeat(200) + "}";
    assertThatExceptionOfType(UnusableInputException.class)
        .isThrownBy(() -> read(tooDeep))
        .withMessageContaining("depth");
    assertThatExceptionOfType(UnusableInputException.class)
        .isThrownBy(() -> read("x".repeat(100_000)))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400));
  }

  @Test
  void longTextsArePassed() throws UnusableInputException {
    String image = "x".repeat(21_000_000);
    assertThat(read("{\"image\":\"" + image + "\"}").payload().size()).isGreaterThan(21_000_000);
  }

  @Test
  void whatTheEncodingRefusesIsUnusable() {
    InputReader refusing =
        new InputReader(
            json -> {
              throw new IllegalArgumentException("no");
            },
            true);
    assertThatExceptionOfType(UnusableInputException.class)
        .isThrownBy(() -> refusing.read(record(null, "{}"), ASSIGNMENT))
        .withMessageContaining("cannot be encoded: no");
    assertThat(
            InputReader.encodeUtf8(JsonNodeFactory.instance.binaryNode(new byte[] {1, 2, 3}))
                .utf8())
        .isEqualTo("\"AQID\"");
  }
}
