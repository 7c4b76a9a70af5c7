// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.call;

import io.falconnect.connect.ConnectionConfig;
import io.falconnect.connect.RetryConfig;
import io.falconnect.fal.call.AnswerRules;
import io.falconnect.fal.http.FalHost;
import io.falconnect.sink.input.InputConfig;
import java.util.Map;
import okhttp3.HttpUrl;
import org.apache.kafka.common.config.AbstractConfig;

/** How inputs are posted: what the stream and the queue sink have in common. Immutable. */
public abstract class CallConfig {
  private final CallLimits limits;

  CallConfig(AbstractConfig config, InputConfig input, String maxInFlightKey) {
    RetryConfig retry = new RetryConfig(config);
    this.limits =
        new CallLimits(
            config.getInt(maxInFlightKey),
            retry.backoff(),
            retry.timeout(),
            new ConnectionConfig(config).idleTimeout(),
            input.task().toleratesErrors());
  }

  /** Which of fal's hosts inputs are posted to. */
  public abstract FalHost host();

  /** Where inputs are posted to. */
  public abstract HttpUrl url();

  /** Further headers of the call, by name. */
  public abstract Map<String, String> headers();

  /** How answers are read. */
  public abstract AnswerRules answerRules();

  /** The most calls at the same time. */
  public final int maxInFlight() {
    return limits.maxInFlight();
  }

  /** How many calls at once, and for how long to try. */
  public final CallLimits limits() {
    return limits;
  }

  /** Whether inputs may fail without failing the task. */
  final boolean tolerant() {
    return limits.tolerant();
  }
}
