// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import io.falconnect.fal.failure.Backoff;
import io.falconnect.source.StatusSourceConfig;
import java.time.Duration;
import java.util.Optional;

/**
 * Bounds and patience of the watches of a task.
 *
 * @param maxOpenStreams the most watches and streams at once
 * @param backoff the wait between attempts
 * @param retryTimeout how long a watch may fail without a break; empty for ever
 * @param tolerant whether a refused key ends a watch instead of failing the task
 * @param fetchResults whether results are fetched
 * @param maxResultBytes a result larger than this is not read
 */
public record WatchSettings(
    int maxOpenStreams,
    Backoff backoff,
    Optional<Duration> retryTimeout,
    boolean tolerant,
    boolean fetchResults,
    long maxResultBytes) {

  public static WatchSettings of(StatusSourceConfig config, int maxOpenStreams) {
    return new WatchSettings(
        maxOpenStreams,
        config.fal().retry().backoff(),
        config.fal().retry().timeout(),
        config.tolerant(),
        config.resultTopic().isPresent(),
        config.maxRecordBytes());
  }
}
