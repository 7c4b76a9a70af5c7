// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.call;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.fal.call.CallSignal;
import io.falconnect.fal.failure.Backoff;
import io.falconnect.sink.delivery.InFlightInput;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Bounds and patience of calls.
 *
 * @param maxInFlight the most calls at once
 * @param maxAhead how many inputs may begin from the oldest on that is not answered yet: all of
 *     them are done again after a crash
 * @param backoff the wait between attempts
 * @param retryTimeout how long an input may fail without a break; empty for ever
 * @param idleTimeout the silence after which a call is over
 * @param tolerant whether fal's refusal of the key or the endpoint is the input's, not fatal
 * @param flaw what an answer in one piece lacks, or null
 * @param obstacle why an input whose call failed so is not posted again, or null
 */
public record CallSettings(
    int maxInFlight,
    int maxAhead,
    Backoff backoff,
    Optional<Duration> retryTimeout,
    Duration idleTimeout,
    boolean tolerant,
    Function<JsonNode, String> flaw,
    BiFunction<InFlightInput, CallSignal.Failed, String> obstacle) {

  public static CallSettings of(
      CallConfig config,
      Function<JsonNode, String> flaw,
      BiFunction<InFlightInput, CallSignal.Failed, String> obstacle) {
    return new CallSettings(
        config.maxInFlight(),
        config.maxAhead(),
        config.backoff(),
        config.retryTimeout(),
        config.idleTimeout(),
        config.tolerant(),
        flaw,
        obstacle);
  }
}
