// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import io.falconnect.connect.KeyGroup;
import io.falconnect.connect.RetryConfig;
import io.falconnect.connect.TaskConfig;
import io.falconnect.fal.failure.Backoff;
import io.falconnect.fal.http.StreamThreads;
import io.falconnect.source.record.RecordConfig;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;

/** How many watches a task may have, and how their failures are treated. */
public final class WatchConfig {
  private static final String MAX_OPEN_STREAMS = "status.max.open.streams";
  private static final String OUTCOME_FROM = "outcome.from";
  private static final String MAX_AGE = "status.max.age.ms";
  private static final String MIN_INTERVAL = "status.min.interval.ms";
  private static final String RESULT = "result";
  private static final int MAX_OPEN_VIRTUAL = 10_000;
  private static final int MAX_OPEN_PLATFORM = 2_000;

  private final AbstractConfig config;
  private final RetryConfig retry;
  private final RecordConfig records;

  /** Reads a parsed configuration whose definition has {@link #define}. */
  public WatchConfig(AbstractConfig config) {
    this.config = config;
    this.retry = new RetryConfig(config);
    this.records = new RecordConfig(config);
  }

  /** Adds the keys to a definition. */
  public static void define(ConfigDef definition) {
    new KeyGroup(definition, "status")
        .key(MAX_OPEN_STREAMS, Type.INT)
        .validatedBy(ConfigDef.Range.atLeast(1))
        .describe(
            "Most open streams",
            "The most open streams of a task. At this limit the task reads no further control records. Default: "
                + MAX_OPEN_VIRTUAL
                + " if the Java runtime has virtual threads, else "
                + MAX_OPEN_PLATFORM
                + ".")
        .key(OUTCOME_FROM, Type.STRING)
        .defaultsTo(RESULT)
        .oneOf(RESULT, "status")
        .describe(
            "Outcome from",
            "What decides the outcome of a completed request. 'result': the answer of the result URL, because fal also completes requests that have failed. The output itself is read only if result.topic is set. If the answer does not come within a second, an event without an outcome is published first. 'status': the status alone. Then a request without an error in its status is SUCCEEDED, also if its result is an error.")
        .key(MIN_INTERVAL, Type.LONG)
        .defaultsTo(0L)
        .validatedBy(ConfigDef.Range.atLeast(0))
        .low()
        .describe(
            "Least time between queue positions",
            "Events of one watch that differ in nothing but the queue position are published at most so often, in milliseconds. When the time is over, the newest of them is published. 0: all are published.")
        .key(MAX_AGE, Type.LONG)
        .defaultsTo(-1L)
        .validatedBy(ConfigDef.Range.atLeast(-1))
        .low()
        .describe(
            "Largest age of a watch",
            "A watch that is older, by the timestamp of its control record, ends as ABANDONED, whatever fal says. In milliseconds. -1: no limit.");
  }

  /** The most watches and streams of a task at the same time. */
  public int maxOpenStreams() {
    return maxOpenStreams(StreamThreads.areVirtual());
  }

  int maxOpenStreams(boolean virtualThreads) {
    Integer max = config.getInt(MAX_OPEN_STREAMS);
    return max != null ? max : virtualThreads ? MAX_OPEN_VIRTUAL : MAX_OPEN_PLATFORM;
  }

  /** The wait between attempts. */
  Backoff backoff() {
    return retry.backoff();
  }

  /** How long a watch may fail without a break; empty without a limit. */
  Optional<Duration> retryTimeout() {
    return retry.timeout();
  }

  /** Whether the task waits while fal refuses the account, instead of failing. */
  boolean tolerant() {
    return TaskConfig.toleratesErrors(config.originals());
  }

  /** Whether results are fetched. */
  boolean fetchResults() {
    return records.resultTopic().isPresent();
  }

  /** The least time between two events of a watch that have only another queue position. */
  Duration minInterval() {
    return Duration.ofMillis(config.getLong(MIN_INTERVAL));
  }

  /** The age at which a watch ends; empty without a limit. */
  Optional<Duration> maxAge() {
    long millis = config.getLong(MAX_AGE);
    return millis < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
  }

  /** Whether the result of a completed request decides its outcome. */
  boolean resultDecides() {
    return config.getString(OUTCOME_FROM).equals(RESULT);
  }

  /** A larger result is not read. */
  long maxResultBytes() {
    return records.maxRecordBytes();
  }
}
