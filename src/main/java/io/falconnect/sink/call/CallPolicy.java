// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.call;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.sink.result.PublishingRules;

/** Everything that the stream sink and the queue sink decide differently. Has no state. */
public interface CallPolicy {
  /**
   * Decides what to do about a failed call.
   *
   * @param publishedFrames how many outputs of this attempt were published before it failed
   */
  Reaction react(FalFailure failure, int publishedFrames);

  /** What is wrong with an answer that came in one piece, in words; null if it can be used. */
  String checkAnswer(JsonNode answer);

  /**
   * The most inputs that may be started and not committed: after a crash all of them are sent
   * again.
   */
  int maxUncommitted();

  /**
   * Whether an input keeps its slot while it waits for another attempt, because fal may have taken
   * it.
   */
  boolean keepsSlot(FalFailure failure);

  /**
   * Whether the task waits for the calls in flight before its partitions may be taken away, so that
   * no input is sent twice.
   */
  boolean avoidsRepeats();

  /** Which records are published besides the outputs. */
  PublishingRules publishing();

  /**
   * What to do about a failed call.
   *
   * @param finality for {@link Action#FAIL_INPUT}: why no further attempt is made, in words; null
   *     if the failure itself says so
   */
  record Reaction(Action action, String finality) {
    static Reaction of(Action action) {
      return new Reaction(action, null);
    }

    static Reaction failInput(String finality) {
      return new Reaction(Action.FAIL_INPUT, finality);
    }
  }

  /** The possible reactions. */
  enum Action {
    /** Post this input again later. Other inputs go on. */
    RETRY,
    /** Post this input again later, and start no other input until then: fal takes none now. */
    RETRY_AND_PAUSE,
    /** This input has failed for good. */
    FAIL_INPUT,
    /** fal refuses: {@code AccountAccess} decides whose that is, and when to post again. */
    AWAIT_ACCESS
  }
}
