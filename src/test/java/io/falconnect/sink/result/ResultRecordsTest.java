// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.falconnect.sink.SinkConfigs;
import io.falconnect.sink.input.Assignment;
import io.falconnect.sink.input.Input;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Date;
import java.util.Map;
import okio.ByteString;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.storage.Converter;
import org.junit.jupiter.api.Test;

class ResultRecordsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ResultRecord OUTPUT =
      new ResultRecord(
          2, true, json("{\"a\":[1,2.5,null,{\"b\":\"c\"}]}"), null, null, 1_700_000_000_000L);
  private static final ResultRecord ERROR = new ResultRecord(0, true, null, "TIMEOUT", "late", 5);

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Input input(Schema keySchema, Object key) {
    SinkRecord record = new SinkRecord("moved", 0, keySchema, key, null, "{}", 1);
    Assignment assignment = new Assignment(new TopicPartition("in", 3));
    return new Input(record, assignment, 7, "r1", ByteString.EMPTY);
  }

  private static ProducerRecord<byte[], byte[]> record(
      Input input, ResultRecord result, String... more) {
    OutputConfig config = SinkConfigs.config(more).output();
    return new ResultRecords(
            config.topic(),
            new ResultForm("owner/app", config.asStruct()),
            config.createKeyConverter(),
            config.createValueConverter(),
            config.isPlainJson())
        .createRecord(input, result);
  }

  /** What is written without the converter is what the converter would write. */
  @Test
  void plainJsonIsWhatTheConverterMakesOfIt() throws IOException {
    OutputConfig config = SinkConfigs.config().output();
    Converter values = config.createValueConverter();
    ResultRecords converted =
        new ResultRecords(
            config.topic(),
            new ResultForm("owner/app", config.asStruct()),
            config.createKeyConverter(),
            values,
            false);
    for (ResultRecord result : new ResultRecord[] {OUTPUT, ERROR}) {
      Input input = input(Schema.STRING_SCHEMA, "k");
      assertThat(JSON.readTree(record(input, result).value()))
          .isEqualTo(JSON.readTree(converted.createRecord(input, result).value()));
    }
    assertThat(config.isPlainJson()).isTrue();
    OutputConfig schemas =
        SinkConfigs.config("result.value.converter.schemas.enable", "true").output();
    assertThat(schemas.isPlainJson()).isFalse();
  }

  private static String text(byte[] bytes) {
    return bytes == null ? null : new String(bytes, UTF_8);
  }

  private static String header(ProducerRecord<byte[], byte[]> record, String name) {
    assertThat(record.headers().headers(name)).hasSize(1);
    return text(record.headers().lastHeader(name).value());
  }

  @Test
  void theSchemaIsWhatReadersRelyOn() {
    Schema schema = ResultSchemas.REALTIME_RESULT;
    assertThat(schema.name()).isEqualTo("io.falconnect.RealtimeResult");
    assertThat(schema.version()).isEqualTo(1);
    assertThat(schema.fields().stream().map(ResultRecordsTest::described))
        .containsExactly(
            "request_id STRING",
            "endpoint_id STRING",
            "frame INT32",
            "final BOOLEAN",
            "output STRING?",
            "error STRING?",
            "reason STRING?",
            "input_topic STRING",
            "input_partition INT32",
            "input_offset INT64",
            "received_at INT64");
    assertThat(schema.field("received_at").schema()).isEqualTo(Timestamp.SCHEMA);
  }

  private static String described(Field field) {
    return field.name() + " " + field.schema().type() + (field.schema().isOptional() ? "?" : "");
  }

  @Test
  void asMapTheOutputIsNested() {
    ProducerRecord<byte[], byte[]> record = record(input(null, "k"), OUTPUT);
    assertThat(record.topic()).isEqualTo("out");
    assertThat(record.partition()).isNull();
    assertThat(record.timestamp()).isEqualTo(1_700_000_000_000L);
    assertThat(text(record.value()))
        .isEqualTo(
            "{\"request_id\":\"r1\",\"endpoint_id\":\"owner/app\",\"frame\":2,\"final\":true,"
                + "\"output\":{\"a\":[1,2.5,null,{\"b\":\"c\"}]},\"error\":null,\"reason\":null,"
                + "\"input_topic\":\"in\",\"input_partition\":3,\"input_offset\":7,"
                + "\"received_at\":1700000000000}");
    assertThat(json(text(record(input(null, "k"), ERROR).value())))
        .isEqualTo(
            json(
                "{\"request_id\":\"r1\",\"endpoint_id\":\"owner/app\",\"frame\":0,\"final\":true,"
                    + "\"output\":null,\"error\":\"TIMEOUT\",\"reason\":\"late\","
                    + "\"input_topic\":\"in\",\"input_partition\":3,\"input_offset\":7,"
                    + "\"received_at\":5}"));
  }

  @Test
  void asStructTheOutputIsText() {
    ProducerRecord<byte[], byte[]> record =
        record(
            input(null, "k"),
            OUTPUT,
            "result.format",
            "struct",
            "result.value.converter.schemas.enable",
            "true");
    Converter converter = new JsonConverter();
    converter.configure(Map.of("schemas.enable", "true"), false);
    SchemaAndValue read = converter.toConnectData("out", record.value());
    assertThat(read.schema()).isEqualTo(ResultSchemas.REALTIME_RESULT);
    Struct value = (Struct) read.value();
    assertThat(json(value.getString("output"))).isEqualTo(OUTPUT.output());
    assertThat(value.get("received_at")).isEqualTo(new Date(OUTPUT.receivedAt()));
    assertThat(value.getInt32("frame")).isEqualTo(2);
    assertThat(value.getBoolean("final")).isTrue();
    assertThat(value.getInt64("input_offset")).isEqualTo(7);
    assertThat(value.get("error")).isNull();
  }

  @Test
  void theKeyIsTheInputsOrTheRequestId() {
    byte[] binary = {(byte) 0xc3, 0x28};
    assertThat(text(record(input(null, null), OUTPUT).key())).isEqualTo("r1");
    assertThat(text(record(input(Schema.STRING_SCHEMA, "k"), OUTPUT).key())).isEqualTo("k");
    assertThat(text(record(input(Schema.INT32_SCHEMA, 5), OUTPUT).key())).isEqualTo("5");
    assertThat(text(record(input(null, "\u00fc".getBytes(UTF_8)), OUTPUT).key()))
        .isEqualTo("\u00fc");
    assertThat(text(record(input(Schema.BYTES_SCHEMA, ByteBuffer.wrap(binary)), OUTPUT).key()))
        .isEqualTo("wyg=");
    String[] json = {"result.key.converter", JsonConverter.class.getName()};
    assertThat(text(record(input(null, Map.of("id", 1)), OUTPUT, json).key()))
        .isEqualTo("{\"id\":1}");
    assertThat(text(record(input(null, null), OUTPUT, json).key())).isEqualTo("\"r1\"");
  }

  @Test
  void headersGoOnAndOwnOnesAreNotDoubled() {
    Input input = input(null, "k");
    input.record().headers().addString("traceparent", "00-1").addBytes("raw", new byte[] {1, -1});
    input.record().headers().addInt("n", 4).add("none", null, null);
    input.record().headers().addString("twice", "1").addString("twice", "2");
    input.record().headers().addString("fal.input.topic", "before").addString("fal.x", "stays");
    ProducerRecord<byte[], byte[]> record = record(input, OUTPUT);
    assertThat(header(record, "traceparent")).isEqualTo("00-1");
    assertThat(record.headers().lastHeader("raw").value()).isEqualTo(new byte[] {1, -1});
    assertThat(header(record, "n")).isEqualTo("4");
    assertThat(header(record, "none")).isNull();
    assertThat(record.headers().headers("twice")).hasSize(2);
    assertThat(header(record, "fal.x")).isEqualTo("stays");
    assertThat(header(record, "fal.request_id")).isEqualTo("r1");
    assertThat(header(record, "fal.input.topic")).isEqualTo("in");
    assertThat(header(record, "fal.input.partition")).isEqualTo("3");
    assertThat(header(record, "fal.input.offset")).isEqualTo("7");
  }
}
