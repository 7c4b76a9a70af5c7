// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.record;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.connect.ConnectData;
import io.falconnect.fal.http.OutputJson;
import io.falconnect.fal.queue.FalResult;
import io.falconnect.fal.queue.LogLine;
import io.falconnect.fal.queue.QueueRequest;
import io.falconnect.source.control.ControlText;
import io.falconnect.source.state.PartitionLedger;
import io.falconnect.source.state.StatusEvent;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.source.SourceRecord;

/** Makes source records, each with the exact state of its ledger as its source offset. */
public final class StatusRecords {
  private final RecordConfig config;
  private final RecordSize size;

  public StatusRecords(RecordConfig config) {
    this.config = config;
    this.size = new RecordSize(config.maxRecordBytes());
  }

  /** A status event of the watch that the control record at that offset asked for. */
  public SourceRecord status(PartitionLedger ledger, long controlOffset, StatusEvent full) {
    StatusEvent event = size.fit(config.includesRaw() ? full : full.withoutRaw());
    Struct value =
        new Struct(StatusSchemas.STATUS_EVENT)
            .put("request_id", event.request().requestId())
            .put("endpoint_id", event.request().endpoint().value())
            .put("sequence", event.sequence())
            .put("status", event.status())
            .put("outcome", event.outcome() == null ? null : event.outcome().name())
            .put("queue_position", event.queuePosition())
            .put("logs", logs(event.logs()))
            .put("metrics", event.metrics().isEmpty() ? null : event.metrics())
            .put("response_url", event.responseUrl())
            .put("error", event.error())
            .put("error_type", event.errorType())
            .put("raw", event.raw())
            .put("observed_at", new Date(event.observedAt()));
    return record(
        ledger,
        config.statusTopic(),
        Schema.STRING_SCHEMA,
        event.request().requestId(),
        StatusSchemas.STATUS_EVENT,
        value,
        event.observedAt(),
        headers(event.request(), ledger, controlOffset));
  }

  /** A finished request's result. */
  public SourceRecord result(
      PartitionLedger ledger, long controlOffset, QueueRequest request, FalResult result) {
    boolean succeeded = result.httpStatus() / 100 == 2;
    JsonNode whole = succeeded ? json(result.body()) : null;
    Object form = config.resultsAsStruct() ? whole : ConnectData.nested(whole);
    // As it will be written: numbers can take more room than in the body.
    String text = form == null ? "" : OutputJson.write(form);
    boolean fits = config.resultsAsStruct() ? size.fits(text) : size.fitsNested(text);
    Object output = fits ? form : null;
    String error =
        fits
            ? size.shortened(result.error())
            : "output is larger than " + config.maxRecordBytes() + " bytes";
    Headers headers = headers(request, ledger, controlOffset);
    long now = System.currentTimeMillis();
    String topic = config.resultTopic().orElseThrow();
    if (config.resultsAsStruct()) {
      Struct value =
          new Struct(StatusSchemas.RESULT)
              .put("request_id", request.requestId())
              .put("endpoint_id", request.endpoint().value())
              .put("http_status", result.httpStatus())
              .put("output", output == null ? null : text)
              .put("error", error)
              .put("error_type", result.errorType());
      return record(
          ledger,
          topic,
          Schema.STRING_SCHEMA,
          request.requestId(),
          StatusSchemas.RESULT,
          value,
          now,
          headers);
    }
    Map<String, Object> value = new LinkedHashMap<>();
    value.put("request_id", request.requestId());
    value.put("endpoint_id", request.endpoint().value());
    value.put("http_status", result.httpStatus());
    value.put("output", output);
    value.put("error", error);
    value.put("error_type", result.errorType());
    return record(
        ledger, topic, Schema.STRING_SCHEMA, request.requestId(), null, value, now, headers);
  }

  /** Whether there is a topic for unusable control records. */
  public boolean hasErrorsTopic() {
    return config.errorsTopic().isPresent();
  }

  /** An unusable control record. */
  public SourceRecord controlError(
      PartitionLedger ledger, ConsumerRecord<byte[], byte[]> record, String reason) {
    ControlText text = ControlText.of(record.key(), record.value(), size);
    Struct value =
        new Struct(StatusSchemas.CONTROL_ERROR)
            .put("reason", reason)
            .put("control_topic", record.topic())
            .put("control_partition", record.partition())
            .put("control_offset", record.offset())
            .put("key", text.key())
            .put("value", text.value())
            .put("encoding", text.encoding());
    return record(
        ledger,
        config.errorsTopic().orElseThrow(),
        Schema.OPTIONAL_STRING_SCHEMA,
        text.recordKey(),
        StatusSchemas.CONTROL_ERROR,
        value,
        System.currentTimeMillis(),
        origin(ledger, record.offset()));
  }

  private static SourceRecord record(
      PartitionLedger ledger,
      String topic,
      Schema keySchema,
      String key,
      Schema schema,
      Object value,
      long timestamp,
      Headers headers) {
    return new SourceRecord(
        ledger.sourcePartition(),
        ledger.snapshot(),
        topic,
        null,
        keySchema,
        key,
        schema,
        value,
        timestamp,
        headers);
  }

  private static Headers headers(QueueRequest request, PartitionLedger ledger, long offset) {
    return origin(ledger, offset).addString("fal.endpoint_id", request.endpoint().value());
  }

  private static Headers origin(PartitionLedger ledger, long offset) {
    return new ConnectHeaders()
        .addString("fal.control.topic", ledger.topic())
        .addInt("fal.control.partition", ledger.partition())
        .addLong("fal.control.offset", offset);
  }

  private static List<Struct> logs(List<LogLine> lines) {
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

  /** An output that is not JSON, or not one to be nested, is its text. */
  private static JsonNode json(String body) {
    if (body == null) {
      return null;
    }
    JsonNode node = OutputJson.readOrText(body);
    return node.isMissingNode() ? null : node;
  }
}
