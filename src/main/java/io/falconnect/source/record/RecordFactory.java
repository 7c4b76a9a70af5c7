// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.connect.SchemalessData;
import io.falconnect.fal.http.OutputJson;
import io.falconnect.fal.queue.FalResult;
import io.falconnect.fal.queue.LogLine;
import io.falconnect.fal.queue.QueueRequest;
import io.falconnect.source.state.PartitionLedger;
import io.falconnect.source.state.SourceOffset;
import io.falconnect.source.state.StatusEvent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Creates the source records. Each has the exact state of its shard as its source offset, so the
 * ledger has to be advanced before. Called on the task thread.
 */
public final class RecordFactory {
  private final RecordConfig config;
  private final boolean hasByteHeaders;
  private final RecordLimit limit;
  private final RecordLimit statusLimit;

  public RecordFactory(RecordConfig config) {
    this.config = config;
    this.hasByteHeaders = config.hasByteHeaders();
    this.limit = new RecordLimit(config.maxRecordBytes());
    // JSON inside of JSON is escaped twice.
    this.statusLimit = config.statusIsFlat() ? new RecordLimit(config.maxRecordBytes() / 2) : limit;
  }

  /**
   * Creates the record of a status event.
   *
   * @param controlOffset the offset of the control record that asked for the watch
   */
  public SourceRecord createStatus(PartitionLedger ledger, long controlOffset, StatusEvent full) {
    StatusEvent event = statusLimit.fitEvent(config.includesRaw() ? full : full.withoutRaw());
    Map<String, Double> metrics = event.metrics().isEmpty() ? null : event.metrics();
    boolean isFlat = config.statusIsFlat();
    Schema schema = isFlat ? StatusSchemas.FLAT_STATUS_EVENT : StatusSchemas.STATUS_EVENT;
    Struct value =
        new Struct(schema)
            .put("request_id", event.request().requestId())
            .put("endpoint_id", event.request().endpoint().value())
            .put("sequence", event.sequence())
            .put("status", event.status())
            .put("outcome", event.outcome() == null ? null : event.outcome().name())
            .put("queue_position", event.queuePosition())
            .put("logs", isFlat ? toJson(event.logs()) : toStructs(event.logs()))
            .put("metrics", isFlat && metrics != null ? OutputJson.write(metrics) : metrics)
            .put("response_url", event.responseUrl())
            .put("error", event.error())
            .put("error_type", event.errorType())
            .put("raw", event.raw())
            .put("observed_at", new Date(event.observedAt()));
    return createRecord(
        ledger.snapshot(controlOffset),
        config.statusTopic(),
        Schema.STRING_SCHEMA,
        event.request().requestId(),
        schema,
        value,
        event.observedAt(),
        createHeaders(event, ledger, controlOffset));
  }

  /**
   * Creates the record of a finished request's result.
   *
   * @param controlOffset the offset of the control record that asked for the watch
   */
  public SourceRecord createResult(
      PartitionLedger ledger, long controlOffset, QueueRequest request, FalResult result) {
    boolean isStruct = config.resultsAsStruct();
    Object value =
        isStruct ? createResultStruct(request, result) : createResultMap(request, result);
    return createRecord(
        ledger.snapshot(controlOffset),
        config.resultTopic().orElseThrow(),
        Schema.STRING_SCHEMA,
        request.requestId(),
        isStruct ? StatusSchemas.RESULT : null,
        value,
        System.currentTimeMillis(),
        createHeaders(request, ledger, controlOffset));
  }

  private Struct createResultStruct(QueueRequest request, FalResult result) {
    JsonNode output = readOutput(result);
    String text = output == null ? null : OutputJson.write(output);
    boolean fits = text == null || limit.hasRoomFor(text);
    return new Struct(StatusSchemas.RESULT)
        .put("request_id", request.requestId())
        .put("endpoint_id", request.endpoint().value())
        .put("http_status", result.httpStatus())
        .put("output", fits ? text : null)
        .put("error", describeError(result, fits))
        .put("error_type", result.errorType())
        .put("billable_units", result.billableUnits());
  }

  private Map<String, Object> createResultMap(QueueRequest request, FalResult result) {
    Object output = SchemalessData.fromJson(readOutput(result));
    // Measured as it will be written: numbers can take more room than in fal's body.
    boolean fits = output == null || limit.hasRoomForNested(OutputJson.write(output));
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("request_id", request.requestId());
    value.put("endpoint_id", request.endpoint().value());
    value.put("http_status", result.httpStatus());
    value.put("output", fits ? output : null);
    value.put("error", describeError(result, fits));
    value.put("error_type", result.errorType());
    value.put("billable_units", result.billableUnits());
    return value;
  }

  private String describeError(FalResult result, boolean outputFits) {
    return outputFits
        ? limit.shorten(result.error())
        : "output is larger than " + config.maxRecordBytes() + " bytes";
  }

  /** The output of a successful request, or null. Output that is not JSON is its text. */
  private static JsonNode readOutput(FalResult result) {
    boolean succeeded = result.httpStatus() / 100 == 2;
    if (!succeeded || result.body() == null) {
      return null;
    }
    JsonNode output = OutputJson.readOrText(result.body());
    return output.isMissingNode() ? null : output;
  }

  /** Whether there is a topic for unusable control records. */
  public boolean hasErrorsTopic() {
    return config.errorsTopic().isPresent();
  }

  /** Creates the record that reports an unusable control record. */
  public SourceRecord createControlError(
      PartitionLedger ledger, ConsumerRecord<byte[], byte[]> control, String reason) {
    ControlRecordText text = ControlRecordText.of(control.key(), control.value(), limit);
    Struct value =
        new Struct(StatusSchemas.CONTROL_ERROR)
            .put("reason", reason)
            .put("control_topic", control.topic())
            .put("control_partition", control.partition())
            .put("control_offset", control.offset())
            .put("key", text.key())
            .put("value", text.value())
            .put("encoding", text.encoding());
    return createRecord(
        ledger.snapshot(control.offset()),
        config.errorsTopic().orElseThrow(),
        Schema.OPTIONAL_STRING_SCHEMA,
        text.recordKey(),
        StatusSchemas.CONTROL_ERROR,
        value,
        System.currentTimeMillis(),
        createHeaders(ledger, control.offset()));
  }

  /** Creates the record that carries the position of a partition when nothing else is published. */
  public SourceRecord createHeartbeat(PartitionLedger ledger, String topic) {
    Struct value =
        new Struct(StatusSchemas.CONTROL_HEARTBEAT)
            .put("control_topic", ledger.topic())
            .put("control_partition", ledger.partition())
            .put("next_offset", ledger.next().orElse(0));
    return createRecord(
        ledger.snapshotOfPosition(),
        topic,
        Schema.STRING_SCHEMA,
        ledger.topic() + "-" + ledger.partition(),
        StatusSchemas.CONTROL_HEARTBEAT,
        value,
        System.currentTimeMillis(),
        new ConnectHeaders());
  }

  private SourceRecord createRecord(
      SourceOffset offset,
      String topic,
      Schema keySchema,
      String key,
      Schema schema,
      Object value,
      long timestamp,
      Headers headers) {
    return new SourceRecord(
        offset.record().sourcePartition(),
        offset,
        topic,
        null,
        keySchema,
        key,
        schema,
        value,
        timestamp,
        hasByteHeaders ? toBytes(headers) : headers);
  }

  /** The converter that keeps bytes takes no text and no numbers. */
  private static Headers toBytes(Headers headers) {
    Headers bytes = new ConnectHeaders();
    for (Header header : headers) {
      Object value = header.value();
      byte[] written =
          value instanceof byte[] raw
              ? raw
              : String.valueOf(value).getBytes(StandardCharsets.UTF_8);
      bytes.addBytes(header.key(), value == null ? null : written);
    }
    return bytes;
  }

  /** Only the last event of a watch has the header of the outcome. */
  private static Headers createHeaders(
      StatusEvent event, PartitionLedger ledger, long controlOffset) {
    Headers headers =
        createHeaders(event.request(), ledger, controlOffset)
            .addString("fal.status", event.status());
    return event.outcome() == null
        ? headers
        : headers.addString("fal.outcome", event.outcome().name());
  }

  private static Headers createHeaders(
      QueueRequest request, PartitionLedger ledger, long controlOffset) {
    return createHeaders(ledger, controlOffset)
        .addString("fal.endpoint_id", request.endpoint().value());
  }

  private static Headers createHeaders(PartitionLedger ledger, long controlOffset) {
    return new ConnectHeaders()
        .addString("fal.control.topic", ledger.topic())
        .addInt("fal.control.partition", ledger.partition())
        .addLong("fal.control.offset", controlOffset);
  }

  private static String toJson(List<LogLine> lines) {
    return lines.isEmpty()
        ? null
        : OutputJson.write(lines.stream().map(RecordFactory::toMap).toList());
  }

  private static Map<String, Object> toMap(LogLine line) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("message", line.message());
    map.put("level", line.level());
    map.put("source", line.source());
    map.put("timestamp", line.timestamp());
    return map;
  }

  private static List<Struct> toStructs(List<LogLine> lines) {
    if (lines.isEmpty()) {
      return null;
    }
    List<Struct> structs = new ArrayList<>(lines.size());
    for (LogLine line : lines) {
      structs.add(
          new Struct(StatusSchemas.LOG)
              .put("message", line.message())
              .put("level", line.level())
              .put("source", line.source())
              .put("timestamp", line.timestamp()));
    }
    return structs;
  }
}
