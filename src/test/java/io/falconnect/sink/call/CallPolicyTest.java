// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.failure.FalFailure.Whose;
import io.falconnect.sink.call.CallPolicy.Action;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the stream sink and the queue sink do about a failure, by whose it is. */
class CallPolicyTest {
  @ParameterizedTest
  @CsvSource({
    "NOBODY, 0, RETRY_AND_PAUSE",
    "NOBODY, 1, FAIL_INPUT",
    "ACCOUNT, 0, AWAIT_ACCESS",
    "REQUEST_FOR_NOW, 0, RETRY",
    "REQUEST_FOR_NOW, 1, FAIL_INPUT",
    "REQUEST_FOR_GOOD, 0, FAIL_INPUT",
    "UNKNOWN, 0, RETRY",
    "UNKNOWN, 1, FAIL_INPUT"
  })
  void aStreamIsTriedAgainUntilAnOutputWasPublished(Whose whose, int frames, Action action) {
    CallPolicy policy = new StreamPolicy(1, false);
    assertThat(policy.react(failure(whose), frames).action()).isEqualTo(action);
  }

  @ParameterizedTest
  @CsvSource({
    "NOBODY, false, RETRY_AND_PAUSE",
    "ACCOUNT, false, AWAIT_ACCESS",
    "REQUEST_FOR_NOW, false, RETRY",
    "REQUEST_FOR_GOOD, false, FAIL_INPUT",
    "UNKNOWN, false, FAIL_INPUT",
    "UNKNOWN, true, RETRY"
  })
  void anInputThatFalMayHaveIsSubmittedAgainOnlyOnRequest(
      Whose whose, boolean resends, Action action) {
    CallPolicy policy = new QueuePolicy(1, resends, false);
    assertThat(policy.react(failure(whose), 0).action()).isEqualTo(action);
  }

  @Test
  void onlyTheStreamSinkPublishesErrorRecords() {
    assertThat(new StreamPolicy(1, true).publishing().publishesErrors()).isTrue();
    assertThat(new QueuePolicy(1, false, true).publishing().publishesErrors()).isFalse();
  }

  private static FalFailure failure(Whose whose) {
    return new FalFailure(whose, Cause.UNAVAILABLE, "failed");
  }
}
