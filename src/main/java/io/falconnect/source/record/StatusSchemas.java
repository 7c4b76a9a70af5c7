// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.record;

import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Timestamp;

/** Schemas of what the source publishes. A change of one is a new version of it. */
final class StatusSchemas {
  static final Schema LOG =
      SchemaBuilder.struct()
          .name("io.falconnect.LogLine")
          .version(1)
          .field("message", Schema.OPTIONAL_STRING_SCHEMA)
          .field("level", Schema.OPTIONAL_STRING_SCHEMA)
          .field("source", Schema.OPTIONAL_STRING_SCHEMA)
          .field("timestamp", Schema.OPTIONAL_STRING_SCHEMA)
          .build();

  static final Schema STATUS_EVENT =
      createStatusEvent(
          "io.falconnect.StatusEvent",
          SchemaBuilder.array(LOG).optional().build(),
          SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.FLOAT64_SCHEMA).optional().build());

  /** The status event without a map, an array or a struct: logs and metrics are JSON text. */
  static final Schema FLAT_STATUS_EVENT =
      createStatusEvent(
          "io.falconnect.FlatStatusEvent",
          Schema.OPTIONAL_STRING_SCHEMA,
          Schema.OPTIONAL_STRING_SCHEMA);

  static final Schema RESULT =
      SchemaBuilder.struct()
          .name("io.falconnect.Result")
          .version(1)
          .field("request_id", Schema.STRING_SCHEMA)
          .field("endpoint_id", Schema.STRING_SCHEMA)
          .field("http_status", Schema.INT32_SCHEMA)
          .field("output", Schema.OPTIONAL_STRING_SCHEMA)
          .field("error", Schema.OPTIONAL_STRING_SCHEMA)
          .field("error_type", Schema.OPTIONAL_STRING_SCHEMA)
          .field("billable_units", Schema.OPTIONAL_FLOAT64_SCHEMA)
          .build();

  static final Schema CONTROL_ERROR =
      SchemaBuilder.struct()
          .name("io.falconnect.ControlError")
          .version(1)
          .field("reason", Schema.STRING_SCHEMA)
          .field("control_topic", Schema.STRING_SCHEMA)
          .field("control_partition", Schema.INT32_SCHEMA)
          .field("control_offset", Schema.INT64_SCHEMA)
          .field("key", Schema.OPTIONAL_STRING_SCHEMA)
          .field("value", Schema.OPTIONAL_STRING_SCHEMA)
          .field("encoding", Schema.STRING_SCHEMA)
          .build();

  static final Schema CONTROL_HEARTBEAT =
      SchemaBuilder.struct()
          .name("io.falconnect.ControlHeartbeat")
          .version(1)
          .field("control_topic", Schema.STRING_SCHEMA)
          .field("control_partition", Schema.INT32_SCHEMA)
          .field("next_offset", Schema.INT64_SCHEMA)
          .build();

  private StatusSchemas() {}

  /** The two forms of the status event have the same fields; only logs and metrics differ. */
  private static Schema createStatusEvent(String name, Schema logs, Schema metrics) {
    return SchemaBuilder.struct()
        .name(name)
        .version(1)
        .field("request_id", Schema.STRING_SCHEMA)
        .field("endpoint_id", Schema.STRING_SCHEMA)
        .field("sequence", Schema.INT64_SCHEMA)
        .field("status", Schema.STRING_SCHEMA)
        .field("outcome", Schema.OPTIONAL_STRING_SCHEMA)
        .field("queue_position", Schema.OPTIONAL_INT64_SCHEMA)
        .field("logs", logs)
        .field("metrics", metrics)
        .field("response_url", Schema.OPTIONAL_STRING_SCHEMA)
        .field("error", Schema.OPTIONAL_STRING_SCHEMA)
        .field("error_type", Schema.OPTIONAL_STRING_SCHEMA)
        .field("raw", Schema.OPTIONAL_STRING_SCHEMA)
        .field("observed_at", Timestamp.SCHEMA)
        .build();
  }
}
