// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Timestamp;

/** Schemas of what the sinks publish. A change of one is a new version of it. */
final class ResultSchemas {
  static final Schema REALTIME_RESULT =
      SchemaBuilder.struct()
          .name("io.falconnect.RealtimeResult")
          .version(1)
          .field("request_id", Schema.STRING_SCHEMA)
          .field("endpoint_id", Schema.STRING_SCHEMA)
          .field("frame", Schema.INT32_SCHEMA)
          .field("final", Schema.BOOLEAN_SCHEMA)
          .field("output", Schema.OPTIONAL_STRING_SCHEMA)
          .field("error", Schema.OPTIONAL_STRING_SCHEMA)
          .field("reason", Schema.OPTIONAL_STRING_SCHEMA)
          .field("input_topic", Schema.STRING_SCHEMA)
          .field("input_partition", Schema.INT32_SCHEMA)
          .field("input_offset", Schema.INT64_SCHEMA)
          .field("received_at", Timestamp.SCHEMA)
          .build();

  static final Schema REQUEST =
      SchemaBuilder.struct()
          .name("io.falconnect.Request")
          .version(1)
          .field("request_id", Schema.STRING_SCHEMA)
          .field("endpoint_id", Schema.STRING_SCHEMA)
          .field("status", Schema.OPTIONAL_STRING_SCHEMA)
          .field("queue_position", Schema.OPTIONAL_INT64_SCHEMA)
          .field("response_url", Schema.OPTIONAL_STRING_SCHEMA)
          .field("status_url", Schema.OPTIONAL_STRING_SCHEMA)
          .field("cancel_url", Schema.OPTIONAL_STRING_SCHEMA)
          .build();

  private ResultSchemas() {}
}
