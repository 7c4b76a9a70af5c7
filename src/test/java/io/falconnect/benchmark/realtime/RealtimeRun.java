// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.realtime;

/**
 * One run of one realtime load through one pipeline. All it leaves in Kafka is named after it.
 *
 * @param id unique among all runs
 * @param runUrl where the simulator's apps are
 * @param encoding {@code json} or {@code msgpack}
 */
public record RealtimeRun(String id, RealtimeLoad load, String runUrl, String encoding) {
  public static final int PARTITIONS = 3;
  public static final String ENDPOINT = "fal-ai/lcm";

  public String inputTopic() {
    return id + "-inputs";
  }

  public String resultTopic() {
    return id + "-results";
  }
}
