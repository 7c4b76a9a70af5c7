// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.json.JsonConverter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InputJsonTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** 2026-11-22T20:15:30.250Z. */
  private static final java.util.Date MOMENT = new java.util.Date(1_795_378_530_250L);

  private static String json(Schema schema, Object value) throws UnusableInputException {
    return InputReader.encodeUtf8(InputJson.fromConnect(schema, value)).utf8();
  }

  private static void unusable(Schema schema, Object value, String reason) {
    assertThatExceptionOfType(UnusableInputException.class)
        .isThrownBy(() -> InputJson.fromConnect(schema, value))
        .withMessage(reason);
  }

  @Test
  void everyTypeHasItsJson() throws UnusableInputException {
    assertThat(json(Schema.INT8_SCHEMA, (byte) -1)).isEqualTo("-1");
    assertThat(json(Schema.INT16_SCHEMA, (short) -1)).isEqualTo("-1");
    assertThat(json(Schema.INT32_SCHEMA, 1)).isEqualTo("1");
    assertThat(json(Schema.INT64_SCHEMA, Long.MIN_VALUE)).isEqualTo("-9223372036854775808");
    assertThat(json(Schema.FLOAT32_SCHEMA, 0.1f)).isEqualTo("0.1");
    assertThat(json(Schema.FLOAT64_SCHEMA, 0.1)).isEqualTo("0.1");
    assertThat(json(Schema.BOOLEAN_SCHEMA, true)).isEqualTo("true");
    assertThat(json(Schema.STRING_SCHEMA, "a\"b")).isEqualTo("\"a\\\"b\"");
    assertThat(json(Schema.OPTIONAL_STRING_SCHEMA, null)).isEqualTo("null");
    assertThat(json(null, new BigInteger("12345678901234567890")))
        .isEqualTo("12345678901234567890");
    assertThat(json(SchemaBuilder.array(Schema.INT32_SCHEMA).build(), List.of(1, 2)))
        .isEqualTo("[1,2]");
    assertThat(json(null, Arrays.asList(1, null, "x"))).isEqualTo("[1,null,\"x\"]");
  }

  @Test
  void bytesStayBinary() throws UnusableInputException {
    ByteBuffer part = ByteBuffer.wrap(new byte[] {0, 1, 2, 3}, 1, 3);
    assertThat(InputJson.fromConnect(Schema.BYTES_SCHEMA, part).getNodeType())
        .isEqualTo(JsonNodeType.BINARY);
    assertThat(json(Schema.BYTES_SCHEMA, part)).isEqualTo("\"AQID\"");
    assertThat(json(null, new byte[] {1, 2, 3})).isEqualTo("\"AQID\"");
    assertThat(part.remaining()).isEqualTo(3);
  }

  @Test
  void logicalTypesAreWrittenAsPeopleWriteThem() throws UnusableInputException {
    assertThat(json(Decimal.schema(2), new BigDecimal("10.50"))).isEqualTo("10.50");
    assertThat(json(Decimal.schema(20), new BigDecimal("0.12345678901234567890")))
        .isEqualTo("0.12345678901234567890");
    assertThat(json(Date.SCHEMA, new java.util.Date(86_400_000))).isEqualTo("\"1970-01-02\"");
    assertThat(json(Time.SCHEMA, new java.util.Date(36_000_000))).isEqualTo("\"10:00:00\"");
    assertThat(json(Timestamp.SCHEMA, MOMENT)).isEqualTo("\"2026-11-22T20:15:30.250Z\"");
    assertThat(json(null, MOMENT)).isEqualTo("\"2026-11-22T20:15:30.250Z\"");
    assertThat(json(null, new java.sql.Date(MOMENT.getTime())))
        .isEqualTo("\"2026-11-22T20:15:30.250Z\"");
  }

  @Test
  void nullFieldsOfAStructAreLeftOutAndThoseOfAMapStay() throws UnusableInputException {
    Schema schema =
        SchemaBuilder.struct()
            .field("a", Schema.OPTIONAL_STRING_SCHEMA)
            .field("b", SchemaBuilder.int32().optional().defaultValue(5).build())
            .field("required", SchemaBuilder.int32().defaultValue(6).build())
            .field("c", Schema.BOOLEAN_SCHEMA)
            .field("d", SchemaBuilder.map(Schema.STRING_SCHEMA, Timestamp.SCHEMA).build())
            .build();
    Struct struct =
        new Struct(schema).put("c", false).put("d", Collections.singletonMap("at", MOMENT));
    assertThat(json(schema, struct))
        .isEqualTo("{\"required\":6,\"c\":false,\"d\":{\"at\":\"2026-11-22T20:15:30.250Z\"}}");
    assertThat(json(null, Collections.singletonMap("a", null))).isEqualTo("{\"a\":null}");
  }

  @Test
  void aNullIsNotItsDefaultHoweverDeepItIs() throws UnusableInputException {
    Schema inner =
        SchemaBuilder.struct()
            .field("seed", SchemaBuilder.int32().optional().defaultValue(42).build())
            .field("kept", Schema.BOOLEAN_SCHEMA)
            .optional()
            .build();
    Schema number = SchemaBuilder.int32().optional().defaultValue(42).build();
    Schema schema =
        SchemaBuilder.struct()
            .field("struct", inner)
            .field("structs", SchemaBuilder.array(inner).build())
            .field("byName", SchemaBuilder.map(Schema.STRING_SCHEMA, inner).build())
            .field("numbers", SchemaBuilder.array(number).build())
            .field("numbersByName", SchemaBuilder.map(Schema.STRING_SCHEMA, number).build())
            .build();
    Struct part = new Struct(inner).put("kept", true);
    Struct struct =
        new Struct(schema)
            .put("struct", part)
            .put("structs", List.of(part))
            .put("byName", Map.of("a", part))
            .put("numbers", Collections.singletonList(null))
            .put("numbersByName", Collections.singletonMap("a", null));
    assertThat(json(schema, struct))
        .isEqualTo(
            "{\"struct\":{\"kept\":true},\"structs\":[{\"kept\":true}],"
                + "\"byName\":{\"a\":{\"kept\":true}},"
                + "\"numbers\":[null],\"numbersByName\":{\"a\":null}}");
  }

  @Test
  void keysOfMapsAreTexts() throws UnusableInputException {
    Map<Object, Object> map = new LinkedHashMap<>();
    map.put(1, "int");
    map.put(true, "bool");
    map.put(1.5, "double");
    assertThat(json(null, map)).isEqualTo("{\"1\":\"int\",\"true\":\"bool\",\"1.5\":\"double\"}");
    Schema dates = SchemaBuilder.map(Date.SCHEMA, Schema.INT32_SCHEMA).build();
    assertThat(json(dates, Map.of(new java.util.Date(0), 1))).isEqualTo("{\"1970-01-01\":1}");
    map.put("1", "again");
    unusable(null, map, "its field 1 is there twice: two keys of the map have the same text");
    unusable(
        null, Map.of("a", Map.of(List.of(), 1)), "its field a has a key that is no text but ARRAY");
    Map<Object, Object> nullKey = new HashMap<>();
    nullKey.put(null, 1);
    unusable(null, nullKey, "it has a key that is no text but NULL");
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
  void whatIsNoNumberInJsonIsNamedWithItsField(double value) {
    String reason = " is " + value + ", for which JSON has no number";
    unusable(null, value, "it" + reason);
    unusable(null, (float) value, "it" + reason);
    unusable(null, Map.of("a", List.of(1, Map.of("b", value))), "its field a[1].b" + reason);
  }

  @Test
  void typesThatConnectDoesNotKnowAreNamed() {
    unusable(
        null,
        Map.of("a", Thread.State.NEW),
        "its field a is of a type that Connect does not know, java.lang.Thread$State");
  }

  @Test
  void depthIsBounded() {
    Map<String, Object> around = new HashMap<>();
    around.put("a", around);
    assertThatExceptionOfType(UnusableInputException.class)
        .isThrownBy(() -> InputJson.fromConnect(null, around))
        .withMessageEndingWith(" is nested deeper than 200 levels")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(300));
  }

  /** Where the meanings are the same, the text is that of Connect's own converter. */
  @Property
  void plainDataIsAsConnectsOwnConverterWritesIt(@ForAll("data") SchemaAndValue data)
      throws UnusableInputException, IOException {
    JsonConverter converter = new JsonConverter();
    converter.configure(Map.of("schemas.enable", "false", "decimal.format", "NUMERIC"), false);
    byte[] expected = converter.fromConnectData("t", data.schema(), data.value());
    JsonNode own = InputJson.fromConnect(data.schema(), data.value());
    assertThat(JSON.readTree(InputReader.encodeUtf8(own).toByteArray()))
        .isEqualTo(JSON.readTree(expected));
    assertThat(json(null, data.value())).isEqualTo(json(data.schema(), data.value()));
  }

  @Provide
  Arbitrary<SchemaAndValue> data() {
    return nested(3);
  }

  private static Arbitrary<SchemaAndValue> nested(int depth) {
    Arbitrary<SchemaAndValue> leaf = leaf();
    if (depth == 0) {
      return leaf;
    }
    Arbitrary<SchemaAndValue> inner = nested(depth - 1);
    Arbitrary<SchemaAndValue> struct =
        inner.list().ofMinSize(1).ofMaxSize(4).map(InputJsonTest::struct);
    Arbitrary<SchemaAndValue> array =
        Combinators.combine(inner, Arbitraries.integers().between(0, 3))
            .as(
                (element, size) ->
                    new SchemaAndValue(
                        SchemaBuilder.array(element.schema()).build(),
                        new ArrayList<>(Collections.nCopies(size, element.value()))));
    Arbitrary<SchemaAndValue> map =
        Combinators.combine(inner, Arbitraries.strings().ofMaxLength(5))
            .as(
                (value, key) ->
                    new SchemaAndValue(
                        SchemaBuilder.map(Schema.STRING_SCHEMA, value.schema()).build(),
                        Map.of(key, value.value())));
    return Arbitraries.oneOf(leaf, struct, array, map);
  }

  private static SchemaAndValue struct(List<SchemaAndValue> fields) {
    SchemaBuilder builder = SchemaBuilder.struct();
    for (int i = 0; i < fields.size(); i++) {
      builder.field("f" + i, fields.get(i).schema());
    }
    Schema schema = builder.build();
    Struct struct = new Struct(schema);
    for (int i = 0; i < fields.size(); i++) {
      struct.put("f" + i, fields.get(i).value());
    }
    return new SchemaAndValue(schema, struct);
  }

  private static Arbitrary<SchemaAndValue> leaf() {
    return Arbitraries.oneOf(
        of(Schema.INT8_SCHEMA, Arbitraries.bytes()),
        of(Schema.INT16_SCHEMA, Arbitraries.shorts()),
        of(Schema.INT32_SCHEMA, Arbitraries.integers()),
        of(Schema.INT64_SCHEMA, Arbitraries.longs()),
        of(Schema.FLOAT32_SCHEMA, Arbitraries.floats()),
        of(Schema.FLOAT64_SCHEMA, Arbitraries.doubles()),
        of(Schema.BOOLEAN_SCHEMA, Arbitraries.of(true, false)),
        of(Schema.STRING_SCHEMA, Arbitraries.strings()),
        of(Schema.BYTES_SCHEMA, Arbitraries.bytes().array(byte[].class)),
        of(Decimal.schema(2), Arbitraries.bigDecimals().ofScale(2)));
  }

  private static Arbitrary<SchemaAndValue> of(Schema schema, Arbitrary<?> values) {
    return values.map(value -> new SchemaAndValue(schema, value));
  }
}
