// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.falconnect.fal.queue.QueueRequest;
import io.falconnect.sink.input.Input;
import java.util.List;
import java.util.Map;
import okhttp3.HttpUrl;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;

/**
 * What fal answers to a submission, with the endpoint id, as a record that the status source takes
 * as its control record.
 *
 * @param endpoint the id of the endpoint that was submitted to
 * @param queueUrl where the URLs in it have to be
 * @param asStruct with a schema instead of a map
 */
public record RequestForm(String endpoint, HttpUrl queueUrl, boolean asStruct)
    implements RecordForm {
  private static final String INPUT_KEY = "fal.input.key";
  private static final List<String> URLS = List.of("response_url", "status_url", "cancel_url");

  /** The request id. */
  @Override
  public SchemaAndValue key(Input input, ResultRecord result) {
    return RecordForm.text(requestId(result));
  }

  @Override
  public Struct struct(Input input, ResultRecord result) {
    JsonNode answer = json(input, result);
    Struct struct = new Struct(ResultSchemas.REQUEST);
    for (String field : List.of("endpoint_id", "request_id", "status")) {
      struct.put(field, answer.path(field).textValue());
    }
    URLS.forEach(field -> struct.put(field, answer.path(field).textValue()));
    JsonNode position = answer.path("queue_position");
    struct.put("queue_position", position.canConvertToLong() ? position.longValue() : null);
    return struct;
  }

  /** fal's answer as it is, and the endpoint id; but no URL that the status source would refuse. */
  @Override
  public ObjectNode json(Input input, ResultRecord result) {
    String requestId = requestId(result);
    ObjectNode answer = result.output().deepCopy();
    for (String field : URLS) {
      if (!isOf(requestId, answer.path(field))) {
        answer.remove(field);
      }
    }
    return answer.put("request_id", requestId).put("endpoint_id", endpoint);
  }

  private boolean isOf(String requestId, JsonNode url) {
    try {
      return url.isTextual()
          && QueueRequest.fromUrl(queueUrl, url.textValue()).requestId().equals(requestId);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Override
  public Map<String, String> headers(Input input, ResultRecord result) {
    Map<String, String> headers = InputHeaders.of(input, requestId(result));
    Object key = input.record().key();
    if (key != null) {
      headers.put(INPUT_KEY, ResultRecords.keyText(key));
    }
    return headers;
  }

  private static String requestId(ResultRecord result) {
    return requestId(result.output());
  }

  /** The request id in an answer; null where it has none that can be used. */
  public static String requestId(JsonNode answer) {
    JsonNode id = answer.path("request_id");
    boolean usable = id.isTextual() || id.isIntegralNumber();
    return usable && QueueRequest.isRequestId(id.asText()) ? id.asText() : null;
  }
}
