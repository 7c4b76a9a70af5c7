// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.falconnect.sink.input.Input;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;

/** What the records that a sink writes look like. Has no state. */
public interface RecordForm {
  /** The key, with its schema. */
  SchemaAndValue key(Input input, ResultRecord result);

  /** Whether values are Structs; else they are JSON, without a schema. */
  boolean asStruct();

  /** The value with a schema. */
  Struct struct(Input input, ResultRecord result);

  /** The value without a schema. */
  ObjectNode json(Input input, ResultRecord result);

  /** Headers besides the input's own, by name. */
  Map<String, String> headers(Input input, ResultRecord result);

  /** A text as a key. */
  static SchemaAndValue text(String text) {
    return new SchemaAndValue(Schema.STRING_SCHEMA, text);
  }
}
