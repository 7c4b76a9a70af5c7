// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.failure;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.fal.failure.FalFailure.Whose;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SessionClassifierTest {
  private final SessionClassifier classifier =
      new SessionClassifier(text -> text.replace("secret", "[hidden]"));

  @ParameterizedTest
  @CsvSource({
    "1000, UNKNOWN, ENDED",
    "1005, UNKNOWN, ENDED",
    "1001, NOBODY, CONNECTION",
    "1012, NOBODY, CONNECTION",
    "1013, NOBODY, CONNECTION",
    "1006, UNKNOWN, CONNECTION",
    "1008, UNKNOWN, CONNECTION",
    "1011, UNKNOWN, CONNECTION",
    "4001, UNKNOWN, CONNECTION"
  })
  void aCloseCodeSaysWhoseFailureItIs(int code, Whose whose, Cause cause) {
    assertThat(classifier.judgeClose(code, "a secret", true))
        .isEqualTo(new FalFailure(whose, cause, "closed by fal: " + code + " a [hidden]"));
  }

  @ParameterizedTest
  @CsvSource({
    "1008, ''",
    "3000, ''",
    "3003, ''",
    "4400, ''",
    "4403, x",
    "4499, ''",
    "1000, Forbidden",
    "1011, unauthorized"
  })
  void aSessionThatIsRefusedBeforeAnyAnswerIsNobodysFailure(int code, String reason) {
    FalFailure failure = classifier.judgeClose(code, reason, false);
    assertThat(failure.whose()).isEqualTo(Whose.NOBODY);
    assertThat(failure.cause()).isEqualTo(Cause.DENIED);
    assertThat(classifier.judgeClose(code, reason, true).whose()).isEqualTo(Whose.UNKNOWN);
  }

  @ParameterizedTest
  @ValueSource(ints = {1000, 1006, 1011, 4399, 4500})
  void anyOtherCodeIsUnknownThoughNothingWasAnswered(int code) {
    assertThat(classifier.judgeClose(code, "", false).whose()).isEqualTo(Whose.UNKNOWN);
  }

  @Test
  void aTimeoutIsNobodys() {
    assertThat(classifier.judgeError("TIMEOUT", "no secret"))
        .isEqualTo(new FalFailure(Whose.NOBODY, Cause.IDLE, "TIMEOUT: no [hidden]"));
  }

  @ParameterizedTest
  @CsvSource({
    "INTERNAL_ERROR, no secret, INTERNAL_ERROR, no [hidden]",
    "INTERNAL_ERROR, '', INTERNAL_ERROR, INTERNAL_ERROR",
    "'', '', APP_ERROR, APP_ERROR"
  })
  void anyOtherErrorIsAnInputs(String error, String reason, String type, String line) {
    assertThat(classifier.judgeError(error, reason))
        .isEqualTo(new FalFailure(Whose.REQUEST_FOR_NOW, Cause.APP_ERROR, line, 0, type, null));
  }

  @Test
  void ofALostSessionNobodyKnows() {
    assertThat(classifier.judgeLost(new IOException("secret")))
        .isEqualTo(new FalFailure(Whose.UNKNOWN, Cause.CONNECTION, "IOException: [hidden]"));
  }
}
