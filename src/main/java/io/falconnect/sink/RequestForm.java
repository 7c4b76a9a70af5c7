// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;

/**
 * What fal answers to a submission, with the endpoint id, as a record that the status source takes
 * as its control record.
 *
 * @param endpoint the id of the endpoint that was submitted to
 * @param asStruct with a schema instead of a map
 */
record RequestForm(String endpoint, boolean asStruct) implements RecordForm {
  private static final String INPUT_KEY = "fal.input.key";

  static RequestForm of(SinkConfig config) {
    return new RequestForm(config.endpoint().value(), config.outputAsStruct());
  }

  /** The request id. */
  @Override
  public SchemaAndValue key(Input input, Result result) {
    return RecordForm.text(requestId(result));
  }

  @Override
  public Struct struct(Input input, Result result) {
    JsonNode answer = result.output();
    Struct struct = new Struct(ResultSchemas.REQUEST).put("endpoint_id", endpoint);
    struct.put("request_id", requestId(result));
    for (String field : new String[] {"status", "response_url", "status_url", "cancel_url"}) {
      struct.put(field, answer.path(field).textValue());
    }
    JsonNode position = answer.path("queue_position");
    struct.put("queue_position", position.canConvertToLong() ? position.longValue() : null);
    return struct;
  }

  /** fal's answer as it is, and the endpoint id. */
  @Override
  public ObjectNode json(Input input, Result result) {
    return ((ObjectNode) result.output()).put("endpoint_id", endpoint);
  }

  @Override
  public Map<String, String> headers(Input input, Result result) {
    Map<String, String> headers = InputHeaders.of(input, requestId(result));
    Object key = input.record().key();
    if (key != null) {
      headers.put(INPUT_KEY, ResultRecords.keyText(key));
    }
    return headers;
  }

  /** An error would not be a control record. */
  @Override
  public boolean tellsErrors() {
    return false;
  }

  /** A request that nobody is told of costs as much as any other. */
  @Override
  public boolean tellsRevoked() {
    return true;
  }

  private static String requestId(Result result) {
    return result.output().path("request_id").asText();
  }
}
