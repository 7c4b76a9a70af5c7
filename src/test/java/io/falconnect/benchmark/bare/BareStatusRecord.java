// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.bare;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.falconnect.benchmark.source.StatusRun;
import io.falconnect.fal.queue.StatusUpdate;
import java.io.IOException;
import java.util.Map;
import okhttp3.ResponseBody;

/** Values of the bare loop: the fields of a status record, so that both write the same bytes. */
final class BareStatusRecord {
  private static final JsonFactory JSON = new JsonFactory();
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private BareStatusRecord() {}

  static byte[] serialize(
      StatusUpdate update, String requestId, long sequence, boolean raw, long observedAt)
      throws IOException {
    ByteArrayBuilder bytes = new ByteArrayBuilder(1024);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("request_id", requestId);
      json.writeStringField("endpoint_id", StatusRun.ENDPOINT);
      json.writeNumberField("sequence", sequence);
      json.writeStringField("status", update.status());
      json.writeStringField("outcome", outcome(update));
      if (update.queuePosition() == null) {
        json.writeNullField("queue_position");
      } else {
        json.writeNumberField("queue_position", update.queuePosition());
      }
      json.writeNullField("logs");
      metrics(json, update.metrics());
      json.writeStringField("response_url", update.responseUrl());
      json.writeStringField("error", update.error());
      json.writeStringField("error_type", update.errorType());
      json.writeStringField("raw", raw ? update.raw() : null);
      json.writeNumberField("observed_at", observedAt);
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  /** The value of a result record whose output is nested. */
  static byte[] serializeResult(String requestId, int httpStatus, ResponseBody body)
      throws IOException {
    ByteArrayBuilder bytes = new ByteArrayBuilder(1024);
    try (JsonGenerator json = MAPPER.createGenerator(bytes)) {
      json.writeStartObject();
      json.writeStringField("request_id", requestId);
      json.writeStringField("endpoint_id", StatusRun.ENDPOINT);
      json.writeNumberField("http_status", httpStatus);
      json.writeFieldName("output");
      MAPPER.writeTree(json, MAPPER.readTree(body.bytes()));
      json.writeNullField("error");
      json.writeNullField("error_type");
      json.writeNullField("billable_units");
      json.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private static String outcome(StatusUpdate update) {
    return switch (update.phase()) {
      case UNFINISHED, UNKNOWN -> null;
      case COMPLETED -> "SUCCEEDED";
      case FAILED, CANCELLED -> update.phase().name();
    };
  }

  private static void metrics(JsonGenerator json, Map<String, Double> metrics) throws IOException {
    if (metrics.isEmpty()) {
      json.writeNullField("metrics");
      return;
    }
    json.writeObjectFieldStart("metrics");
    for (Map.Entry<String, Double> metric : metrics.entrySet()) {
      json.writeNumberField(metric.getKey(), metric.getValue());
    }
    json.writeEndObject();
  }
}
