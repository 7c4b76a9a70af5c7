// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import io.falconnect.fal.failure.Backoff;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;

/** How long to wait before a retry, and when to give up: the keys {@code fal.retry.*}. */
public final class RetryConfig {
  static final String BACKOFF = "fal.retry.backoff.ms";
  static final String BACKOFF_MAX = "fal.retry.backoff.max.ms";
  static final String TIMEOUT = "fal.retry.timeout.ms";

  /** A longer time counts as no limit: it cannot be counted in nanoseconds. */
  private static final Duration CENTURY = Duration.ofDays(36_525);

  private final AbstractConfig config;

  /** Reads a parsed configuration whose definition has {@link FalConfig#define}. */
  public RetryConfig(AbstractConfig config) {
    this.config = config;
  }

  static void define(ConfigDef definition) {
    new KeyGroup(definition, FalConfig.GROUP)
        .key(BACKOFF, Type.LONG)
        .defaultsTo(500L)
        .validatedBy(ConfigDef.Range.between(1, Validators.DAY_MS))
        .low()
        .describe(
            "Retry backoff",
            "The wait before the first retry, in milliseconds. It doubles with every failure in a row, with jitter. A Retry-After of fal's has precedence.")
        .key(BACKOFF_MAX, Type.LONG)
        .defaultsTo(30_000L)
        .validatedBy(ConfigDef.Range.between(1, Validators.DAY_MS))
        .low()
        .describe("Longest retry backoff", "The longest wait between retries, in milliseconds.")
        .key(TIMEOUT, Type.LONG)
        .defaultsTo(600_000L)
        .validatedBy(ConfigDef.Range.atLeast(-1))
        .describe(
            "Retry timeout",
            "How long one watch or input may fail without a break before the connector gives it up, in milliseconds; -1: for ever. A healthy stream without news is not failing, and neither is what only HTTP 429 or a lack of sockets or threads delays. Also how long a task with errors.tolerance=all waits while fal refuses the account, before it fails.");
  }

  /** The wait between attempts. */
  public Backoff backoff() {
    return new Backoff(
        Duration.ofMillis(config.getLong(BACKOFF)), Duration.ofMillis(config.getLong(BACKOFF_MAX)));
  }

  /** How long something may fail without a break; empty without a limit. */
  public Optional<Duration> timeout() {
    Duration timeout = Duration.ofMillis(config.getLong(TIMEOUT));
    return timeout.isNegative() || timeout.compareTo(CENTURY) > 0
        ? Optional.empty()
        : Optional.of(timeout);
  }

  void check(ValidationReport report) {
    if (config.getLong(BACKOFF_MAX) < config.getLong(BACKOFF)) {
      report.addError(BACKOFF_MAX, "is less than " + BACKOFF);
    }
  }
}
