// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import io.falconnect.fal.failure.Backoff;
import io.falconnect.fal.realtime.RealtimeEncoding;
import io.falconnect.sink.RealtimeSinkConfig;
import java.time.Duration;
import java.util.Optional;

/**
 * Bounds and patience of a lane.
 *
 * @param rule when an input is done
 * @param window the most unanswered inputs on a session
 * @param maxAttempts how often an input may fail
 * @param resultTimeout how long an input may be worked on
 * @param sessionIdle how long a session stays open with nothing to send
 * @param backoff the wait between attempts to open a session
 * @param retryTimeout for how long an input may fail, or no session be had for it; empty for ever
 * @param tolerant whether fal's refusal of a session is retried, not fatal
 * @param tokens whether a session that is told Unauthorized may have better luck with a new token
 * @param firstFrameHint what may be wrong when a session ends before fal ever answered; or null
 */
public record LaneSettings(
    CompletionRule rule,
    int window,
    int maxAttempts,
    Duration resultTimeout,
    Duration sessionIdle,
    Backoff backoff,
    Optional<Duration> retryTimeout,
    boolean tolerant,
    boolean tokens,
    String firstFrameHint) {

  private static final String MESSAGE_PACK =
      " (fal never answered: the app may understand MessagePack only, which"
          + " realtime.encoding=msgpack sends)";

  /**
   * How often in a row fal may refuse a session until that is final: as often as an input may fail,
   * but where inputs are only sent each refusal costs some.
   */
  int maxRefusals() {
    return rule.mode() == CompletionRule.Mode.SENT ? 1 : maxAttempts;
  }

  public static LaneSettings of(RealtimeSinkConfig config) {
    return new LaneSettings(
        config.completion(),
        config.maxInFlight(),
        config.maxAttempts(),
        config.resultTimeout(),
        config.sessionIdle(),
        config.fal().retry().backoff(),
        config.fal().retry().timeout(),
        config.tolerant(),
        config.tokenLife().isPresent() && config.fal().connection().credentials().present(),
        config.encoding() == RealtimeEncoding.JSON ? MESSAGE_PACK : null);
  }
}
