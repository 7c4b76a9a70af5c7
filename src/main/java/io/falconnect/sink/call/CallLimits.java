// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.call;

import io.falconnect.fal.failure.Backoff;
import java.time.Duration;
import java.util.Optional;

/**
 * How many calls at once, and for how long to try.
 *
 * @param maxInFlight the most calls at the same time
 * @param backoff the wait between attempts
 * @param retryTimeout how long an input may fail without a break; empty without a limit
 * @param idleTimeout the silence after which a call counts as dead
 * @param tolerant whether the task waits while fal refuses the account, instead of failing
 */
public record CallLimits(
    int maxInFlight,
    Backoff backoff,
    Optional<Duration> retryTimeout,
    Duration idleTimeout,
    boolean tolerant) {}
