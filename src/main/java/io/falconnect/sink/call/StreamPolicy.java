// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.call;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.sink.result.PublishingRules;

/**
 * The stream sink's decisions. Repeating an input is harmless until an output was published: fal
 * has no replay, so a second attempt would publish other outputs.
 *
 * @param maxUncommitted see {@link CallPolicy#maxUncommitted}
 * @param tolerant whether inputs may fail without failing the task
 */
public record StreamPolicy(int maxUncommitted, boolean tolerant) implements CallPolicy {
  private static final String NO_REPLAY = "fal has no replay, so it is not tried again";

  /** Streams may be of very different length, so as many may be started as the task buffers. */
  public static StreamPolicy of(StreamConfig config) {
    return new StreamPolicy(config.maxUncommitted(), config.tolerant());
  }

  @Override
  public Reaction react(FalFailure failure, int publishedFrames) {
    return switch (failure.whose()) {
      case ACCOUNT -> Reaction.of(Action.AWAIT_ACCESS);
      case REQUEST_FOR_GOOD -> Reaction.of(Action.FAIL_INPUT);
      case NOBODY -> retryIfUnpublished(Action.RETRY_AND_PAUSE, publishedFrames);
      case REQUEST_FOR_NOW, UNKNOWN -> retryIfUnpublished(Action.RETRY, publishedFrames);
    };
  }

  private static Reaction retryIfUnpublished(Action retry, int publishedFrames) {
    return publishedFrames == 0 ? Reaction.of(retry) : Reaction.failInput(NO_REPLAY);
  }

  /** Every answer is an output. */
  @Override
  public String checkAnswer(JsonNode answer) {
    return null;
  }

  /** One input that fails again and again does not hold up the others. */
  @Override
  public boolean keepsSlot(FalFailure failure) {
    return false;
  }

  @Override
  public boolean avoidsRepeats() {
    return false;
  }

  /** The task that owns the partition after a rebalance publishes results of its own. */
  @Override
  public PublishingRules publishing() {
    return new PublishingRules(tolerant, true, false);
  }
}
