// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo.settings;

/** The samples in {@code config/} that the demo posts. */
public final class SampleFiles {
  public static final String QUEUE_SINK = "fal-queue-sink.json";
  public static final String STATUS_SOURCE = "fal-status-source.json";
  public static final String REALTIME_SINK = "fal-realtime-sink.json";

  private SampleFiles() {}
}
