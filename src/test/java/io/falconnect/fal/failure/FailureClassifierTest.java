// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.failure;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.falconnect.fal.failure.FalFailure.Whose;
import java.io.EOFException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import okhttp3.internal.http2.ConnectionShutdownException;
import okhttp3.internal.http2.ErrorCode;
import okhttp3.internal.http2.StreamResetException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole judgement: whose failure is what. */
class FailureClassifierTest {
  private final FailureClassifier request = FailureClassifier.forRequest(UnaryOperator.identity());
  private final FailureClassifier input = FailureClassifier.forInput(UnaryOperator.identity());
  private final FailureClassifier session = FailureClassifier.forSession(UnaryOperator.identity());

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # status | of a request's URL | of an input posted | of a session | cause
          204      | NOBODY             | UNKNOWN            | NOBODY           | UNAVAILABLE
          301      | NOBODY             | UNKNOWN            | NOBODY           | UNAVAILABLE
          302      | NOBODY             | UNKNOWN            | NOBODY           | UNAVAILABLE
          307      | NOBODY             | UNKNOWN            | NOBODY           | UNAVAILABLE
          400      | REQUEST_FOR_GOOD   | REQUEST_FOR_GOOD   | REQUEST_FOR_GOOD | REJECTED
          401      | ACCOUNT            | ACCOUNT            | ACCOUNT          | DENIED
          402      | ACCOUNT            | ACCOUNT            | ACCOUNT          | DENIED
          403      | ACCOUNT            | ACCOUNT            | ACCOUNT          | DENIED
          404      | REQUEST_FOR_GOOD   | ACCOUNT            | ACCOUNT          | NOT_FOUND
          405      | REQUEST_FOR_GOOD   | REQUEST_FOR_GOOD   | REQUEST_FOR_GOOD | REJECTED
          406      | REQUEST_FOR_GOOD   | REQUEST_FOR_GOOD   | REQUEST_FOR_GOOD | REJECTED
          407      | NOBODY             | NOBODY             | NOBODY           | UNAVAILABLE
          408      | NOBODY             | UNKNOWN            | NOBODY           | UNAVAILABLE
          409      | REQUEST_FOR_NOW    | REQUEST_FOR_NOW    | REQUEST_FOR_NOW  | UNAVAILABLE
          410      | REQUEST_FOR_GOOD   | REQUEST_FOR_GOOD   | REQUEST_FOR_GOOD | REJECTED
          413      | REQUEST_FOR_GOOD   | REQUEST_FOR_GOOD   | REQUEST_FOR_GOOD | REJECTED
          418      | REQUEST_FOR_GOOD   | REQUEST_FOR_GOOD   | REQUEST_FOR_GOOD | REJECTED
          422      | REQUEST_FOR_GOOD   | REQUEST_FOR_GOOD   | REQUEST_FOR_GOOD | REJECTED
          425      | REQUEST_FOR_NOW    | REQUEST_FOR_NOW    | REQUEST_FOR_NOW  | UNAVAILABLE
          429      | NOBODY             | NOBODY             | NOBODY           | RATE_LIMIT
          499      | REQUEST_FOR_GOOD   | REQUEST_FOR_GOOD   | REQUEST_FOR_GOOD | REJECTED
          500      | NOBODY             | UNKNOWN            | NOBODY           | UNAVAILABLE
          501      | NOBODY             | UNKNOWN            | NOBODY           | UNAVAILABLE
          502      | NOBODY             | UNKNOWN            | NOBODY           | UNAVAILABLE
          503      | NOBODY             | NOBODY             | NOBODY           | UNAVAILABLE
          504      | NOBODY             | UNKNOWN            | NOBODY           | UNAVAILABLE
          520      | NOBODY             | UNKNOWN            | NOBODY           | UNAVAILABLE
          """)
  void whatAStatusSays(int status, Whose ofRequest, Whose ofInput, Whose ofSession, Cause cause) {
    Answer answer = Answer.of(status);
    assertThat(request.judgeAnswer(answer.response()).whose()).isEqualTo(ofRequest);
    assertThat(input.judgeAnswer(answer.response()).whose()).isEqualTo(ofInput);
    assertThat(session.judgeAnswer(answer.response()).whose()).isEqualTo(ofSession);
    String reason = status / 100 == 3 ? ": redirects are not followed" : "";
    assertThat(request.judgeAnswer(answer.response()))
        .isEqualTo(new FalFailure(ofRequest, cause, "HTTP " + status + reason, status, null, null));
  }

  @ParameterizedTest
  @CsvSource({
    "504, User, REQUEST_FOR_GOOD, REJECTED",
    "504, user, REQUEST_FOR_GOOD, REJECTED",
    "504, server, UNKNOWN, UNAVAILABLE",
    "503, User, NOBODY, UNAVAILABLE"
  })
  void aTimeoutOfTheUsersOwnIsFinal(int status, String type, Whose whose, Cause cause) {
    Answer answer = new Answer(status, Map.of("X-Fal-Request-Timeout-Type", type), "");
    FalFailure failure = input.judgeAnswer(answer.response());
    assertThat(failure.whose()).isEqualTo(whose);
    assertThat(failure.cause()).isEqualTo(cause);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # status | needs retry | retryable | of a request's URL | of an input posted | of a session
          400      | 1           |           | REQUEST_FOR_NOW    | REQUEST_FOR_NOW    | REQUEST_FOR_NOW
          401      |             | false     | ACCOUNT            | ACCOUNT            | ACCOUNT
          403      | 1           |           | REQUEST_FOR_NOW    | REQUEST_FOR_NOW    | REQUEST_FOR_NOW
          404      |             | false     | REQUEST_FOR_GOOD   | ACCOUNT            | ACCOUNT
          404      |             | true      | REQUEST_FOR_NOW    | REQUEST_FOR_NOW    | REQUEST_FOR_NOW
          408      | 0           |           | REQUEST_FOR_GOOD   | REQUEST_FOR_GOOD   | REQUEST_FOR_GOOD
          409      |             | false     | REQUEST_FOR_GOOD   | REQUEST_FOR_GOOD   | REQUEST_FOR_GOOD
          422      |             | true      | REQUEST_FOR_NOW    | REQUEST_FOR_NOW    | REQUEST_FOR_NOW
          429      | 0           | false     | NOBODY             | NOBODY             | NOBODY
          500      |             | false     | REQUEST_FOR_GOOD   | REQUEST_FOR_GOOD   | REQUEST_FOR_GOOD
          500      | 0           |           | REQUEST_FOR_GOOD   | REQUEST_FOR_GOOD   | REQUEST_FOR_GOOD
          500      | 1           |           | NOBODY             | REQUEST_FOR_NOW    | NOBODY
          500      | 1           | false     | NOBODY             | REQUEST_FOR_NOW    | NOBODY
          500      | 0           | true      | REQUEST_FOR_GOOD   | REQUEST_FOR_GOOD   | REQUEST_FOR_GOOD
          500      | perhaps     | FALSE     | REQUEST_FOR_GOOD   | REQUEST_FOR_GOOD   | REQUEST_FOR_GOOD
          500      | perhaps     |           | NOBODY             | UNKNOWN            | NOBODY
          502      |             | True      | NOBODY             | REQUEST_FOR_NOW    | NOBODY
          503      |             | true      | NOBODY             | NOBODY             | NOBODY
          503      |             | false     | REQUEST_FOR_GOOD   | REQUEST_FOR_GOOD   | REQUEST_FOR_GOOD
          504      |             | false     | REQUEST_FOR_GOOD   | REQUEST_FOR_GOOD   | REQUEST_FOR_GOOD
          302      |             | false     | NOBODY             | UNKNOWN            | NOBODY
          """)
  void whatFalSaysAboutAnotherAttemptDecidesFirst(
      int status,
      String needsRetry,
      String retryable,
      Whose ofRequest,
      Whose ofInput,
      Whose ofSession) {
    Map<String, String> headers = new HashMap<>(Map.of("X-Fal-Error-Type", "some_type"));
    if (needsRetry != null) {
      headers.put("X-Fal-Needs-Retry", needsRetry);
    }
    if (retryable != null) {
      headers.put("X-Fal-Retryable", retryable);
    }
    Answer answer = new Answer(status, headers, "");
    assertThat(request.judgeAnswer(answer.response()).whose()).isEqualTo(ofRequest);
    assertThat(input.judgeAnswer(answer.response()).whose()).isEqualTo(ofInput);
    assertThat(session.judgeAnswer(answer.response()).whose()).isEqualTo(ofSession);
  }

  @ParameterizedTest
  @CsvSource({
    "503, runner_disconnected, UNKNOWN, NOBODY",
    "503, runner_connection_timeout, UNKNOWN, NOBODY",
    "503, runner_connection_error, UNKNOWN, NOBODY",
    "503, runner_scheduling_failure, NOBODY, NOBODY",
    "503, runner_connection_refused, NOBODY, NOBODY",
    "503, startup_timeout, NOBODY, NOBODY",
    "429, runner_disconnected, NOBODY, NOBODY"
  })
  void aRunnerMayHaveWorkedOnAnInput(int status, String type, Whose ofInput, Whose ofRequest) {
    Answer inHeader = new Answer(status, Map.of("X-Fal-Error-Type", type), "");
    assertThat(input.judgeAnswer(inHeader.response()).whose()).isEqualTo(ofInput);
    assertThat(request.judgeAnswer(inHeader.response()).whose()).isEqualTo(ofRequest);
    Answer inBody = new Answer(status, Map.of(), "{\"error_type\":\"" + type + "\"}");
    assertThat(input.judgeAnswer(inBody.response()).whose()).isEqualTo(ofInput);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # status | type  | expected | whose
          202      |       | OUTPUT   | REQUEST_FOR_NOW
          202      |       | ERROR    | REQUEST_FOR_NOW
          400      |       | OUTPUT   | REQUEST_FOR_GOOD
          401      |       | ERROR    | ACCOUNT
          401      | a     | ERROR    | REQUEST_FOR_GOOD
          403      |       | OUTPUT   | ACCOUNT
          403      |       | ERROR    | ACCOUNT
          403      | a     | ERROR    | REQUEST_FOR_GOOD
          404      |       | OUTPUT   | REQUEST_FOR_GOOD
          429      | a     | ERROR    | NOBODY
          500      |       | OUTPUT   | NOBODY
          500      | a     | OUTPUT   | NOBODY
          500      |       | ERROR    | REQUEST_FOR_GOOD
          503      |       | ERROR    | NOBODY
          503      | a     | ERROR    | REQUEST_FOR_GOOD
          504      |       | OUTPUT   | NOBODY
          202      |       | UNKNOWN  | REQUEST_FOR_NOW
          401      |       | UNKNOWN  | ACCOUNT
          402      |       | UNKNOWN  | ACCOUNT
          403      |       | UNKNOWN  | ACCOUNT
          404      |       | UNKNOWN  | REQUEST_FOR_GOOD
          422      |       | UNKNOWN  | REQUEST_FOR_GOOD
          429      | a     | UNKNOWN  | NOBODY
          499      | a     | UNKNOWN  | REQUEST_FOR_GOOD
          500      |       | UNKNOWN  | REQUEST_FOR_NOW
          503      |       | UNKNOWN  | NOBODY
          503      | a     | UNKNOWN  | REQUEST_FOR_NOW
          """)
  void whatTheAnswerToAFetchOfAResultSays(
      int status, String type, ExpectedResult expected, Whose whose) {
    String body = type == null ? "{}" : "{\"error_type\":\"" + type + "\"}";
    Answer answer = new Answer(status, Map.of(), body);
    assertThat(request.judgeResult(answer.response(), body, expected).whose()).isEqualTo(whose);
  }

  @ParameterizedTest
  @CsvSource({
    "422, X-Fal-Retryable, true, REQUEST_FOR_GOOD",
    "400, X-Fal-Needs-Retry, 1, REQUEST_FOR_GOOD",
    "500, X-Fal-Retryable, false, REQUEST_FOR_GOOD",
    "500, X-Fal-Retryable, true, REQUEST_FOR_NOW",
    "503, X-Fal-Needs-Retry, 0, REQUEST_FOR_GOOD"
  })
  void whatFalSaysAboutAnotherAttemptIsOfResultsToo(
      int status, String header, String value, Whose whose) {
    Answer answer = new Answer(status, Map.of(header, value), "{}");
    assertThat(request.judgeResult(answer.response(), "{}", ExpectedResult.UNKNOWN).whose())
        .isEqualTo(whose);
  }

  @ParameterizedTest
  @CsvSource({
    "202, '', true",
    "400, Request is still in progress, true",
    "400, request is still in queue, true",
    "400, Request is in queue, true",
    "400, Request has not completed yet, true",
    "404, Request is still in progress, true",
    "400, The request has not been completed, true",
    "400, Result is not ready yet, true",
    "400, Request 764cabcf-b745-4b3e-ae38-1200304cf45b is being processed, true",
    "404, Request not found, false",
    "400, Request processing failed, false",
    "400, Request is not supported, false",
    "400, The image is still in progress, false",
    "422, Request is still in progress, false",
    "200, Request is still in progress, false"
  })
  void anAnswerThatComesTooEarlyIsNoResult(int status, String detail, boolean notReady) {
    String body = "{\"detail\":\"" + detail + "\"}";
    Answer answer = new Answer(status, Map.of(), body);
    assertThat(request.isNotReady(answer.response(), body)).isEqualTo(notReady);
  }

  @Test
  void theStatusOfAnUnfinishedRequestIsNoResult() {
    Answer answer = Answer.of(200);
    String unfinished = "{\"status\":\"IN_QUEUE\",\"request_id\":\"r\"}";
    assertThat(request.isNotReady(answer.response(), unfinished)).isTrue();
    String output = "{\"status\":\"IN_QUEUE\",\"seed\":1}";
    assertThat(request.isNotReady(answer.response(), output)).isFalse();
  }

  @Test
  void aConnectionThatBreaksLeavesOnlyASentInputInDoubt() {
    IOException reset = new IOException("reset\nby peer");
    assertThat(request.judgeException(reset))
        .isEqualTo(new FalFailure(Whose.NOBODY, Cause.CONNECTION, "IOException: reset by peer"));
    assertThat(request.judgeException(reset, true).whose()).isEqualTo(Whose.NOBODY);
    assertThat(session.judgeException(reset, true).whose()).isEqualTo(Whose.NOBODY);
    assertThat(input.judgeException(reset, false).whose()).isEqualTo(Whose.NOBODY);
    assertThat(input.judgeException(reset, true).whose()).isEqualTo(Whose.UNKNOWN);
    assertThat(request.judgeException(new EOFException()).reason()).isEqualTo("EOFException");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Too many open files",
        "unable to create native thread: possibly out of memory",
        "Cannot assign requested address"
      })
  void aLackOfSocketsOrThreadsIsALimitOfThisSide(String message) {
    IOException failure = new IOException("no connection", new IOException(message));
    assertThat(request.judgeException(failure).cause()).isEqualTo(Cause.LOCAL_LIMIT);
    assertThat(request.judgeException(new OutOfMemoryError("Java heap space")).cause())
        .isEqualTo(Cause.CONNECTION);
  }

  @Test
  void whatTheServerSaysItHasNotBegunIsNotTaken() {
    IOException refused = new StreamResetException(ErrorCode.REFUSED_STREAM);
    assertThat(input.judgeException(refused, true).whose()).isEqualTo(Whose.NOBODY);
    assertThat(input.judgeException(new ConnectionShutdownException(), true).whose())
        .isEqualTo(Whose.NOBODY);
    IOException cancelled = new StreamResetException(ErrorCode.CANCEL);
    assertThat(input.judgeException(cancelled, true).whose()).isEqualTo(Whose.UNKNOWN);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SILENT", "INCOMPLETE", "MALFORMED", "NOT_TAKEN"})
  void whatThisSideFindsWrongLeavesOnlyAnInputInDoubt(Cause cause) {
    assertThat(request.judgeOwn(cause, "why"))
        .isEqualTo(new FalFailure(Whose.NOBODY, cause, "why"));
    assertThat(input.judgeOwn(cause, "why")).isEqualTo(new FalFailure(Whose.UNKNOWN, cause, "why"));
  }

  @Test
  void anErrorInAStreamAndAnAnswerThatIsOfNoUseAreFinal() {
    assertThat(input.judgeStreamError(JsonNodeFactory.instance.objectNode().put("detail", "no")))
        .isEqualTo(new FalFailure(Whose.REQUEST_FOR_GOOD, Cause.REJECTED, "no", 200, null, null));
    assertThat(input.judgeUnusable(200, "too large"))
        .isEqualTo(
            new FalFailure(Whose.REQUEST_FOR_GOOD, Cause.REJECTED, "too large", 200, null, null));
  }

  @ParameterizedTest
  @ValueSource(ints = {401, 402, 403, 409, 429, 503, 500})
  void retryAfterIsPassedOn(int status) {
    Answer answer = new Answer(status, Map.of("Retry-After", "7"), "");
    assertThat(request.judgeAnswer(answer.response()).retryAfter())
        .isEqualTo(Duration.ofSeconds(7));
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 404, 422})
  void whereAnotherAttemptIsNoUseRetryAfterIsNotPassedOn(int status) {
    Answer answer = new Answer(status, Map.of("Retry-After", "7"), "");
    assertThat(request.judgeAnswer(answer.response()).retryAfter()).isNull();
  }

  @Test
  void theErrorTypeIsPassedOn() {
    Answer answer = new Answer(503, Map.of("X-Fal-Error-Type", "runner_disconnected"), "");
    assertThat(request.judgeAnswer(answer.response()).errorType()).isEqualTo("runner_disconnected");
  }

  @Test
  void theReasonCanSayWhatFailed() {
    FalFailure failure =
        new FalFailure(Whose.NOBODY, Cause.RATE_LIMIT, "slow", 429, "type", Duration.ZERO);
    assertThat(failure.during("token"))
        .isEqualTo(
            new FalFailure(
                Whose.NOBODY, Cause.RATE_LIMIT, "token: slow", 429, "type", Duration.ZERO));
  }
}
