// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import io.falconnect.fal.failure.FalFailure;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says that fal refuses the account: in the log, at most every half minute, and in the metric
 * {@code refused}. Used by one thread; any thread may read the metric.
 */
public final class RefusalReport {
  private static final Logger LOG = LoggerFactory.getLogger(RefusalReport.class);
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(30);

  private final RateLimitedLog log;
  private volatile boolean refused;

  /**
   * Nothing is refused.
   *
   * @param nanoClock {@code System::nanoTime} outside tests
   */
  public RefusalReport(LongSupplier nanoClock) {
    this.log = new RateLimitedLog(LOG, LOG_INTERVAL, nanoClock);
  }

  /** fal has refused the account, and one request at a time is tried. */
  public void onRefused(FalFailure failure) {
    refused = true;
    log.warn("fal refused this task, and one request at a time is tried: " + failure.reason());
  }

  /** fal takes requests again. */
  public void onAccepted() {
    refused = false;
    LOG.info("fal takes requests of this task again");
  }

  /** Registers the metric. */
  public void register(TaskMetrics metrics) {
    metrics.addGauge("refused", "whether fal refuses the account", () -> refused ? 1 : 0);
  }
}
