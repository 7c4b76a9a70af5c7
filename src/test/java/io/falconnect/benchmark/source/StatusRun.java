// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.source;

import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * One run of one load through one pipeline. Everything it leaves in Kafka is named after it.
 *
 * @param id unique among all runs
 * @param queueUrl the simulator's queue
 * @param raw whether events carry what was received, and so the time they were emitted at
 * @param results whether each request's result is fetched and published as well
 * @param controlPartitions of the control topic
 */
public record StatusRun(
    String id,
    StatusLoad shape,
    String queueUrl,
    boolean raw,
    boolean results,
    int controlPartitions) {
  public static final String ENDPOINT = "fal-ai/flux/dev";

  /** The part of the endpoint that is in the URLs of a request. */
  public static final String APP = "fal-ai/flux";

  String controlTopic() {
    return id + "-control";
  }

  public String statusTopic() {
    return id + "-status";
  }

  public String resultTopic() {
    return id + "-result";
  }

  /** As long as fal's own: source offsets hold the ids of all open watches. */
  public String requestId(int index) {
    byte[] name = (id + "-" + index).getBytes(StandardCharsets.UTF_8);
    return UUID.nameUUIDFromBytes(name).toString();
  }
}
