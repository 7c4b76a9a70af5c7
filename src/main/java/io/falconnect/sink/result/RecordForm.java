// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.falconnect.sink.input.Input;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;

/** The form of the records that a sink writes. Has no state. */
public interface RecordForm {
  /** Creates the key, with its schema. */
  SchemaAndValue createKey(Input input, ResultRecord result);

  /** Whether values have a schema and are Structs. If not, they are JSON without a schema. */
  boolean asStruct();

  /** Creates the value with a schema. */
  Struct createStruct(Input input, ResultRecord result);

  /** Creates the value without a schema. */
  ObjectNode createJson(Input input, ResultRecord result);

  /** Creates the headers that are added to those of the input, by name. */
  Map<String, String> createHeaders(Input input, ResultRecord result);

  /** Creates a key with the schema of a string. */
  static SchemaAndValue createTextKey(String text) {
    return new SchemaAndValue(Schema.STRING_SCHEMA, text);
  }
}
