// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.fal.queue.FalResult;
import io.falconnect.fal.queue.LogLine;
import io.falconnect.fal.queue.QueueRequest;
import io.falconnect.source.Configs;
import io.falconnect.source.state.Ending;
import io.falconnect.source.state.LedgerTrial;
import io.falconnect.source.state.Outcome;
import io.falconnect.source.state.PartitionLedger;
import io.falconnect.source.state.StatusEvent;
import io.falconnect.source.state.WatchState;
import io.falconnect.source.watch.WatchTrial;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.converters.ByteArrayConverter;
import org.apache.kafka.connect.data.ConnectSchema;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordFactoryTest {
  private static final QueueRequest REQUEST = WatchTrial.request("a/b/c", "r");
  private static final StatusEvent EVENT =
      new StatusEvent(
          REQUEST,
          4,
          "COMPLETED",
          Outcome.SUCCEEDED,
          2L,
          List.of(new LogLine("m", "INFO", null, "t")),
          Map.of("inference_time", 1.5),
          "https://q/r",
          "e",
          "et",
          "{}",
          1_000);

  private final PartitionLedger ledger = LedgerTrial.ledger("control", 3);

  @Test
  void theSchemaIsWhatReadersRelyOn() {
    Schema schema = StatusSchemas.STATUS_EVENT;
    assertThat(schema.name()).isEqualTo("io.falconnect.StatusEvent");
    assertThat(schema.version()).isEqualTo(1);
    assertThat(schema.fields().stream().map(RecordFactoryTest::described))
        .containsExactly(
            "request_id STRING",
            "endpoint_id STRING",
            "sequence INT64",
            "status STRING",
            "outcome STRING?",
            "queue_position INT64?",
            "logs ARRAY?",
            "metrics MAP?",
            "response_url STRING?",
            "error STRING?",
            "error_type STRING?",
            "raw STRING?",
            "observed_at INT64");
    assertThat(schema.field("observed_at").schema()).isEqualTo(Timestamp.SCHEMA);
    Schema line = schema.field("logs").schema().valueSchema();
    assertThat(line.fields().stream().map(RecordFactoryTest::described))
        .containsExactly("message STRING?", "level STRING?", "source STRING?", "timestamp STRING?");
    Schema metrics = schema.field("metrics").schema();
    assertThat(metrics.keySchema()).isEqualTo(Schema.STRING_SCHEMA);
    assertThat(metrics.valueSchema()).isEqualTo(Schema.FLOAT64_SCHEMA);
  }

  @Test
  void anEventIsARecordWithItsShardsState() {
    ledger.readUpTo(9);
    ledger.admit(WatchState.initial(REQUEST, 8, false));
    SourceRecord record = records("status.include.raw", "true").createStatus(ledger, 7, EVENT);
    assertThat(record.topic()).isEqualTo("status");
    assertThat(record.kafkaPartition()).isNull();
    assertThat(record.key()).isEqualTo("r");
    assertThat(record.keySchema()).isEqualTo(Schema.STRING_SCHEMA);
    assertThat(record.timestamp()).isEqualTo(1_000);
    assertThat(record.sourcePartition()).isEqualTo(Map.of("partition", 3, "shard", 7));
    assertThat(record.sourceOffset()).isEqualTo(new HashMap<>(ledger.snapshot(7)));
    assertThat(headers(record))
        .isEqualTo(
            Map.of(
                "fal.status",
                "COMPLETED",
                "fal.outcome",
                "SUCCEEDED",
                "fal.endpoint_id",
                "a/b/c",
                "fal.control.topic",
                "control",
                "fal.control.partition",
                3,
                "fal.control.offset",
                7L));
    Struct value = valid(record);
    assertThat(value.getString("request_id")).isEqualTo("r");
    assertThat(value.getString("endpoint_id")).isEqualTo("a/b/c");
    assertThat(value.getInt64("sequence")).isEqualTo(4);
    assertThat(value.getString("outcome")).isEqualTo("SUCCEEDED");
    assertThat(value.getInt64("queue_position")).isEqualTo(2);
    assertThat(value.getMap("metrics")).isEqualTo(Map.of("inference_time", 1.5));
    assertThat(value.getString("error")).isEqualTo("e");
    assertThat(value.getString("error_type")).isEqualTo("et");
    assertThat(value.getString("raw")).isEqualTo("{}");
    assertThat(value.get("observed_at")).isEqualTo(new Date(1_000));
    Struct line = (Struct) value.getArray("logs").get(0);
    assertThat(line.getString("message")).isEqualTo("m");
    assertThat(line.getString("source")).isNull();
  }

  @Test
  void whatIsNotSaidIsNull() {
    StatusEvent bare =
        WatchState.initial(REQUEST, 7, false).lastEvent(new Ending(Outcome.ABANDONED, 0, null), 5);
    Struct value = valid(records().createStatus(ledger, 7, bare));
    for (String field :
        List.of("queue_position", "logs", "metrics", "response_url", "error", "raw")) {
      assertThat(value.get(field)).as(field).isNull();
    }
    assertThat(valid(records().createStatus(ledger, 7, EVENT)).get("raw")).isNull();
  }

  @Test
  void aResultIsNestedInAMap() {
    String body =
        "{\"a\":[1,2.5,true,null,\"x\",{\"b\":[]}],\"big\":99999999999999999999,\"e\":{},\"l\":9007199254740993}";
    SourceRecord record = result("map", new FalResult(200, body, null, null));
    assertThat(record.topic()).isEqualTo("results");
    assertThat(record.key()).isEqualTo("r");
    assertThat(record.valueSchema()).isNull();
    Map<String, Object> output = new HashMap<>();
    output.put("a", Arrays.asList(1L, 2.5, true, null, "x", Map.of("b", List.of())));
    output.put("big", "99999999999999999999");
    output.put("e", Map.of());
    output.put("l", 9007199254740993L);
    Map<String, Object> expected = new HashMap<>();
    expected.put("request_id", "r");
    expected.put("endpoint_id", "a/b/c");
    expected.put("http_status", 200);
    expected.put("output", output);
    expected.put("error", null);
    expected.put("error_type", null);
    expected.put("billable_units", null);
    assertThat(record.value()).isEqualTo(expected);
    assertThat(headers(record)).containsEntry("fal.control.offset", 7L).hasSize(4);
  }

  @Test
  void aResultIsATextInAStruct() {
    SourceRecord record = result("struct", new FalResult(200, "{ \"a\" : [1] }", null, null));
    Struct value = valid(record);
    assertThat(value.schema().name()).isEqualTo("io.falconnect.Result");
    assertThat(value.schema().version()).isEqualTo(1);
    assertThat(value.schema().fields().stream().map(RecordFactoryTest::described))
        .containsExactly(
            "request_id STRING",
            "endpoint_id STRING",
            "http_status INT32",
            "output STRING?",
            "error STRING?",
            "error_type STRING?",
            "billable_units FLOAT64?");
    assertThat(value.getString("output")).isEqualTo("{\"a\":[1]}");
    assertThat(value.getInt32("http_status")).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource({"map", "struct"})
  void whatFalBillsIsAFieldOfTheResult(String format) {
    assertThat(get(result(format, new FalResult(200, "{}", null, null, 2.5)), "billable_units"))
        .isEqualTo(2.5);
  }

  @Test
  void aFlatEventHasNoNesting() {
    List<LogLine> logs = List.of(new LogLine("a \"b\"", "INFO", null, "t"));
    StatusEvent event =
        new StatusEvent(
            REQUEST, 0, "COMPLETED", null, 1L, logs, Map.of("m", 1.5), null, null, null, null, 9);
    Struct value = valid(records("status.format", "flat").createStatus(ledger, 7, event));
    assertThat(value.schema().name()).isEqualTo("io.falconnect.FlatStatusEvent");
    assertThat(value.schema().fields()).allMatch(field -> field.schema().type().isPrimitive());
    assertThat(value.getString("logs"))
        .isEqualTo(
            "[{\"message\":\"a \\\"b\\\"\",\"level\":\"INFO\",\"source\":null,\"timestamp\":\"t\"}]");
    assertThat(value.getString("metrics")).isEqualTo("{\"m\":1.5}");
    assertThat(value.getString("status")).isEqualTo("COMPLETED");
  }

  @Test
  void onlyTheLastEventHasTheHeaderOfTheOutcome() {
    StatusEvent event =
        new StatusEvent(
            REQUEST, 0, "IN_QUEUE", null, 1L, List.of(), Map.of(), null, null, null, null, 9);
    assertThat(headers(records().createStatus(ledger, 7, event)))
        .containsEntry("fal.status", "IN_QUEUE")
        .doesNotContainKey("fal.outcome");
  }

  @ParameterizedTest
  @CsvSource({"map", "struct"})
  void anErrorHasNoOutput(String format) {
    String large = "x".repeat(2_000_000);
    for (String body : new String[] {"{\"detail\":\"bad\"}", large, null}) {
      SourceRecord record = result(format, new FalResult(422, body, "bad", "et"));
      assertThat(get(record, "output")).isNull();
      assertThat(get(record, "error")).isEqualTo("bad");
      assertThat(get(record, "error_type")).isEqualTo("et");
      assertThat(get(record, "http_status")).isEqualTo(422);
    }
  }

  @ParameterizedTest
  @CsvSource({"map", "struct"})
  void anOutputThatIsTooLargeIsLeftOut(String format) {
    String body = "\"" + "x".repeat(1 << 20) + "\"";
    SourceRecord record = result(format, new FalResult(200, body, null, null));
    assertThat(get(record, "output")).isNull();
    assertThat(get(record, "error")).isEqualTo("output is larger than 1048576 bytes");
    SourceRecord unread = result(format, new FalResult(200, null, "output is larger", null));
    assertThat(get(unread, "error")).isEqualTo("output is larger");
  }

  @ParameterizedTest
  @CsvSource({"map", "struct"})
  void numbersGrowWhenTheyAreWrittenAgain(String format) {
    String body = "[" + "1e6,".repeat(format.equals("map") ? 200_000 : 250_000) + "1]";
    assertThat(get(result(format, new FalResult(200, body, null, null)), "output")).isNull();
  }

  @ParameterizedTest
  @CsvSource({"map", "struct"})
  void aLongErrorSurvivesUpToABound(String format) {
    for (int length : new int[] {16_000, 16_384}) {
      String error = "e".repeat(length);
      assertThat(get(result(format, new FalResult(422, null, error, null)), "error"))
          .isEqualTo(error);
    }
    String longer = "e".repeat(2_000_000);
    assertThat((String) get(result(format, new FalResult(422, null, longer, null)), "error"))
        .hasSize(16_385)
        .endsWith("e\u2026");
  }

  @ParameterizedTest
  @CsvSource({"map", "struct"})
  void anOutputMayBeOneStringOfAnyLength(String format) {
    String image = "x".repeat(21_000_000);
    SourceRecord record =
        records(
                "result.topic",
                "results",
                "result.format",
                format,
                "status.max.record.bytes",
                "30000000")
            .createResult(
                ledger, 7, REQUEST, new FalResult(200, "{\"i\":\"" + image + "\"}", null, null));
    Object output = get(record, "output");
    String text = format.equals("map") ? (String) ((Map<?, ?>) output).get("i") : (String) output;
    assertThat(text.length()).isGreaterThanOrEqualTo(image.length());
  }

  @ParameterizedTest
  @CsvSource({"199, true", "200, false", "100000, false"})
  void anOutputThatIsNestedTooDeepIsItsText(int depth, boolean nested) {
    String body = "[".repeat(depth) + "[]" + "]".repeat(depth);
    Object output = get(result("map", new FalResult(200, body, null, null)), "output");
    assertThat(output).isInstanceOf(nested ? List.class : String.class);
  }

  @Test
  void anOutputThatIsNotJsonIsItsText() {
    FalResult plain = new FalResult(200, "plain text", null, null);
    assertThat(get(result("map", plain), "output")).isEqualTo("plain text");
    assertThat(get(result("struct", plain), "output")).isEqualTo("\"plain text\"");
    FalResult nothing = new FalResult(200, "", null, null);
    assertThat(get(result("map", nothing), "output")).isNull();
    assertThat(get(result("struct", nothing), "output")).isNull();
  }

  @Test
  void anUnusableControlRecordIsReported() {
    ConsumerRecord<byte[], byte[]> control =
        new ConsumerRecord<>("control", 3, 7, "k".getBytes(), new byte[] {(byte) 0xff});
    SourceRecord record =
        records("errors.topic", "errors").createControlError(ledger, control, "it is bad");
    assertThat(record.topic()).isEqualTo("errors");
    assertThat(record.key()).isEqualTo("k");
    Struct value = valid(record);
    assertThat(value.schema().name()).isEqualTo("io.falconnect.ControlError");
    assertThat(value.getString("reason")).isEqualTo("it is bad");
    assertThat(value.getString("control_topic")).isEqualTo("control");
    assertThat(value.getInt32("control_partition")).isEqualTo(3);
    assertThat(value.getInt64("control_offset")).isEqualTo(7);
    assertThat(value.getString("key")).isEqualTo("aw==");
    assertThat(value.getString("value")).isEqualTo("/w==");
    assertThat(value.getString("encoding")).isEqualTo("base64");
  }

  private SourceRecord result(String format, FalResult result) {
    return records("result.topic", "results", "result.format", format)
        .createResult(ledger, 7, REQUEST, result);
  }

  @Test
  void headersAreBytesForTheConverterOfBytes() {
    String converter = "org.apache.kafka.connect.converters.ByteArrayConverter";
    SourceRecord record = records("header.converter", converter).createStatus(ledger, 7, EVENT);
    assertThat(record.headers()).isNotEmpty();
    try (ByteArrayConverter bytes = new ByteArrayConverter()) {
      Map<String, String> written = new HashMap<>();
      record
          .headers()
          .forEach(
              header ->
                  written.put(
                      header.key(),
                      new String(
                          bytes.fromConnectHeader(
                              "status", header.key(), header.schema(), header.value()),
                          StandardCharsets.UTF_8)));
      assertThat(written)
          .containsEntry("fal.endpoint_id", "a/b/c")
          .containsEntry("fal.control.partition", "3")
          .containsEntry("fal.control.offset", "7")
          .containsEntry("fal.outcome", "SUCCEEDED");
    }
    assertThat(
            records().createStatus(ledger, 7, EVENT).headers().lastWithName("fal.status").value())
        .isEqualTo("COMPLETED");
  }

  private static RecordFactory records(String... more) {
    return new RecordFactory(Configs.config(more).records());
  }

  private static Object get(SourceRecord record, String field) {
    return record.value() instanceof Struct struct
        ? struct.get(field)
        : ((Map<?, ?>) record.value()).get(field);
  }

  private static Struct valid(SourceRecord record) {
    Struct value = (Struct) record.value();
    value.validate();
    ConnectSchema.validateValue(record.valueSchema(), value);
    return value;
  }

  private static Map<String, Object> headers(SourceRecord record) {
    Map<String, Object> headers = new HashMap<>();
    record.headers().forEach(header -> headers.put(header.key(), header.value()));
    return headers;
  }

  private static String described(Field field) {
    return field.name() + " " + field.schema().type() + (field.schema().isOptional() ? "?" : "");
  }
}
