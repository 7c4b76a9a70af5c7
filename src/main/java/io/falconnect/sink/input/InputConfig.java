// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.input;

import io.falconnect.connect.ConnectionConfig;
import io.falconnect.connect.KeyGroup;
import io.falconnect.connect.TaskConfig;
import io.falconnect.connect.ValidationReport;
import io.falconnect.fal.EndpointId;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;

/** The endpoint that gets the inputs, and how many inputs a task buffers: {@code input.*}. */
public final class InputConfig {
  private static final String BUFFER_RECORDS = "input.buffer.records";
  private static final String BUFFER_BYTES = "input.buffer.bytes";

  /** A commit takes some time: with fewer inputs a task would wait for commits. */
  private static final int LEAST_UNCOMMITTED = 64;

  /** Internal: the connector sets it to the number of the task. */
  public static final String TASK_ID = "sink.task.id";

  private final AbstractConfig config;
  private final TaskConfig task;
  private final EndpointId endpoint;

  /**
   * Reads a parsed configuration whose definition has {@link #define}.
   *
   * @throws ConfigException without an endpoint
   */
  public InputConfig(AbstractConfig config) {
    this.config = config;
    this.task = new TaskConfig(config, TASK_ID);
    this.endpoint =
        new ConnectionConfig(config)
            .endpoint()
            .orElseThrow(
                () ->
                    new ConfigException(
                        "Missing required configuration \""
                            + ConnectionConfig.ENDPOINT_ID
                            + "\": the endpoint that gets the inputs"));
  }

  /** Adds the keys to a definition. */
  public static void define(ConfigDef definition) {
    new KeyGroup(definition, "inputs")
        .key(BUFFER_RECORDS, Type.INT)
        .defaultsTo(2_000)
        .validatedBy(ConfigDef.Range.atLeast(1))
        .low()
        .describe(
            "Largest number of buffered inputs",
            "The most inputs that a task holds before it pauses its partitions.")
        .key(BUFFER_BYTES, Type.LONG)
        .defaultsTo(33_554_432L)
        .validatedBy(ConfigDef.Range.atLeast(1))
        .low()
        .describe(
            "Largest size of buffered inputs",
            "The most bytes of inputs that a task holds before it pauses its partitions. One input may be larger.");
  }

  /** Reports a missing endpoint, in properties as the user set them. */
  public static void checkEndpoint(ValidationReport report, Map<String, String> props) {
    if (props.get(ConnectionConfig.ENDPOINT_ID) == null) {
      report.addError(
          ConnectionConfig.ENDPOINT_ID, "is required: the endpoint that gets the inputs");
    }
  }

  /** The section with the names and numbers that Connect gives to the connector or task. */
  public TaskConfig task() {
    return task;
  }

  /** The endpoint that gets the inputs. */
  public EndpointId endpoint() {
    return endpoint;
  }

  /** The most inputs that a task holds before it pauses its partitions. */
  public int bufferRecords() {
    return config.getInt(BUFFER_RECORDS);
  }

  /** The most inputs that may be started and not committed, in sinks that allow many. */
  public int maxUncommitted() {
    return Math.max(LEAST_UNCOMMITTED, bufferRecords());
  }

  /** The most bytes of inputs that a task holds before it pauses its partitions. */
  public long bufferBytes() {
    return config.getLong(BUFFER_BYTES);
  }
}
