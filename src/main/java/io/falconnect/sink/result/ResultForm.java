// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.falconnect.sink.input.Input;
import java.util.Date;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * The form of results: an output or an error, and the input it belongs to.
 *
 * @param endpoint the id of the endpoint that answers
 * @param asStruct whether values have a schema; the output is a string of JSON then
 */
public record ResultForm(String endpoint, boolean asStruct) implements RecordForm {
  /** The key is that of the input, or the request id if the input has none. */
  @Override
  public SchemaAndValue createKey(Input input, ResultRecord result) {
    SinkRecord record = input.record();
    return record.key() == null
        ? RecordForm.createTextKey(input.requestId())
        : new SchemaAndValue(record.keySchema(), record.key());
  }

  @Override
  public Map<String, String> createHeaders(Input input, ResultRecord result) {
    return InputHeaders.of(input, input.requestId());
  }

  @Override
  public Struct createStruct(Input input, ResultRecord result) {
    TopicPartition partition = input.assignment().partition();
    return new Struct(ResultSchemas.REALTIME_RESULT)
        .put("request_id", input.requestId())
        .put("endpoint_id", endpoint)
        .put("frame", result.frame())
        .put("final", result.last())
        .put("output", result.output() == null ? null : result.output().toString())
        .put("error", result.error())
        .put("reason", result.reason())
        .put("input_topic", partition.topic())
        .put("input_partition", partition.partition())
        .put("input_offset", input.offset())
        .put("received_at", new Date(result.receivedAt()));
  }

  @Override
  public ObjectNode createJson(Input input, ResultRecord result) {
    TopicPartition partition = input.assignment().partition();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("request_id", input.requestId());
    json.put("endpoint_id", endpoint);
    json.put("frame", result.frame());
    json.put("final", result.last());
    json.set("output", result.output());
    json.put("error", result.error());
    json.put("reason", result.reason());
    json.put("input_topic", partition.topic());
    json.put("input_partition", partition.partition());
    json.put("input_offset", input.offset());
    json.put("received_at", result.receivedAt());
    return json;
  }
}
