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
 * The form of requests: fal's answer to a submission, and the endpoint id. The status source reads
 * such a record as a control record.
 *
 * @param endpoint the id of the endpoint that the inputs are submitted to
 * @param queueUrls the URLs of fal's queue; URLs of another place are left out
 * @param asStruct whether values have a schema
 */
public record RequestForm(String endpoint, List<HttpUrl> queueUrls, boolean asStruct)
    implements RecordForm {
  private static final String INPUT_KEY = "fal.input.key";
  private static final List<String> URLS = List.of("response_url", "status_url", "cancel_url");

  /** The key is the request id that fal gave. */
  @Override
  public SchemaAndValue createKey(Input input, ResultRecord result) {
    return RecordForm.createTextKey(findRequestId(result.output()));
  }

  @Override
  public Struct createStruct(Input input, ResultRecord result) {
    JsonNode answer = createJson(input, result);
    Struct struct = new Struct(ResultSchemas.REQUEST);
    for (String field : List.of("endpoint_id", "request_id", "status")) {
      struct.put(field, answer.path(field).textValue());
    }
    URLS.forEach(field -> struct.put(field, answer.path(field).textValue()));
    JsonNode position = answer.path("queue_position");
    struct.put("queue_position", position.canConvertToLong() ? position.longValue() : null);
    return struct;
  }

  /**
   * The value is fal's answer with the endpoint id, without the URLs that are not of this request
   * in fal's queue: the status source would refuse the record because of them.
   */
  @Override
  public ObjectNode createJson(Input input, ResultRecord result) {
    String requestId = findRequestId(result.output());
    ObjectNode answer = result.output().deepCopy();
    for (String field : URLS) {
      if (!isOf(requestId, answer.path(field))) {
        answer.remove(field);
      }
    }
    return answer.put("request_id", requestId).put("endpoint_id", endpoint);
  }

  private boolean isOf(String requestId, JsonNode url) {
    if (!url.isTextual()) {
      return false;
    }
    HttpUrl base = QueueRequest.findBase(queueUrls, url.textValue());
    try {
      return QueueRequest.fromUrl(base, url.textValue()).requestId().equals(requestId);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Override
  public Map<String, String> createHeaders(Input input, ResultRecord result) {
    Map<String, String> headers = InputHeaders.of(input, findRequestId(result.output()));
    Object key = input.record().key();
    if (key != null) {
      headers.put(INPUT_KEY, ResultRecords.keyText(key));
    }
    return headers;
  }

  /** Finds the request id in an answer of fal; null if there is none that can be used. */
  public static String findRequestId(JsonNode answer) {
    JsonNode id = answer.path("request_id");
    boolean usable = id.isTextual() || id.isIntegralNumber();
    return usable && QueueRequest.isRequestId(id.asText()) ? id.asText() : null;
  }
}
