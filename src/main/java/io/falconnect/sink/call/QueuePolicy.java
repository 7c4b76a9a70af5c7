// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.call;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.sink.result.PublishingRules;
import io.falconnect.sink.result.RequestForm;

/**
 * The queue sink's decisions. Submitting an input twice makes two requests and costs twice, because
 * fal has no idempotency key.
 *
 * @param maxInFlight the most submissions at the same time
 * @param resendsUnknown whether an input is submitted again if nobody knows whether fal has it
 * @param tolerant whether inputs may fail without failing the task
 */
public record QueuePolicy(int maxInFlight, boolean resendsUnknown, boolean tolerant)
    implements CallPolicy {
  /** Enough for calls of uneven length and for the time of a commit, times the most in flight. */
  private static final int UNCOMMITTED_FACTOR = 4;

  private static final String NO_ID =
      "fal's answer has no usable request id, though it may have taken the input";
  private static final String UNKNOWN_OUTCOME =
      "nobody knows whether fal has it, so it is not submitted again: "
          + QueueConfig.RESEND_UNKNOWN
          + " is false";

  public static QueuePolicy of(QueueConfig config) {
    return new QueuePolicy(config.maxInFlight(), config.resendsUnknown(), config.tolerant());
  }

  @Override
  public Reaction react(FalFailure failure, int publishedFrames) {
    return switch (failure.whose()) {
      case ACCOUNT -> Reaction.of(Action.AWAIT_ACCESS);
      case REQUEST_FOR_GOOD -> Reaction.of(Action.FAIL_INPUT);
      case NOBODY -> Reaction.of(Action.RETRY_AND_PAUSE);
      case REQUEST_FOR_NOW -> Reaction.of(Action.RETRY);
      case UNKNOWN ->
          resendsUnknown ? Reaction.of(Action.RETRY) : Reaction.failInput(UNKNOWN_OUTCOME);
    };
  }

  /** An answer without a request id cannot be watched. */
  @Override
  public String checkAnswer(JsonNode answer) {
    return RequestForm.findRequestId(answer) == null ? NO_ID : null;
  }

  @Override
  public int maxUncommitted() {
    return UNCOMMITTED_FACTOR * maxInFlight;
  }

  /** An input that fal may have taken costs as much as one that fal has taken. */
  @Override
  public boolean keepsSlot(FalFailure failure) {
    return failure.whose() == FalFailure.Whose.UNKNOWN;
  }

  @Override
  public boolean avoidsRepeats() {
    return true;
  }

  /**
   * An error record would not be a control record, so a failed input has none. A request of a
   * revoked partition is published all the same: it exists, and costs, whoever has the partition.
   */
  @Override
  public PublishingRules publishing() {
    return new PublishingRules(tolerant, false, true);
  }
}
