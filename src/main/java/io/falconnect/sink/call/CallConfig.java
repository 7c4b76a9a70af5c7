// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.call;

import io.falconnect.connect.ConnectionConfig;
import io.falconnect.connect.RetryConfig;
import io.falconnect.fal.failure.Backoff;
import io.falconnect.sink.input.InputConfig;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import okhttp3.HttpUrl;
import org.apache.kafka.common.config.AbstractConfig;

/** How inputs are posted: what the stream and the queue sink have in common. Immutable. */
public abstract class CallConfig {
  private final int maxInFlight;
  private final Backoff backoff;
  private final Optional<Duration> retryTimeout;
  private final Duration idleTimeout;
  private final boolean tolerant;

  CallConfig(AbstractConfig config, InputConfig input, String maxInFlightKey) {
    RetryConfig retry = new RetryConfig(config);
    this.maxInFlight = config.getInt(maxInFlightKey);
    this.backoff = retry.backoff();
    this.retryTimeout = retry.timeout();
    this.idleTimeout = new ConnectionConfig(config).idleTimeout();
    this.tolerant = input.task().toleratesErrors();
  }

  /** Where inputs are posted to. */
  public abstract HttpUrl url();

  /** Further headers of the call, by name. */
  public abstract Map<String, String> headers();

  /** The most calls at the same time. */
  public final int maxInFlight() {
    return maxInFlight;
  }

  /**
   * How many inputs may begin from the oldest unanswered one on: all of them are repeated after a
   * crash.
   */
  public abstract int maxAhead();

  /** The wait between attempts. */
  final Backoff backoff() {
    return backoff;
  }

  /** How long an input may fail without a break; empty without a limit. */
  final Optional<Duration> retryTimeout() {
    return retryTimeout;
  }

  /** The silence after which a call counts as dead. */
  final Duration idleTimeout() {
    return idleTimeout;
  }

  /** Whether a refused key or endpoint fails the input instead of the task. */
  final boolean tolerant() {
    return tolerant;
  }
}
