// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.failure;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.fal.failure.FalFailure.Whose;
import java.time.Duration;
import java.util.function.UnaryOperator;
import okhttp3.Response;
import okhttp3.internal.http2.ConnectionShutdownException;
import okhttp3.internal.http2.ErrorCode;
import okhttp3.internal.http2.StreamResetException;

/**
 * Judges whose failure something is, from what fal said. This is the only place that knows the
 * rules; everybody else asks {@link FalFailure#whose()}. Stateless; safe for any thread.
 *
 * <p>{@link HttpStatusRules} has the table of HTTP statuses.
 */
public final class FailureClassifier {
  private final Surface surface;
  private final ReasonText text;

  private FailureClassifier(Surface surface, UnaryOperator<String> scrubber) {
    this.surface = surface;
    this.text = new ReasonText(scrubber);
  }

  /**
   * Judges answers to GETs of one request's URLs: its status stream and its result.
   *
   * @param scrubber replaces every credential in a text
   */
  public static FailureClassifier forRequest(UnaryOperator<String> scrubber) {
    return new FailureClassifier(Surface.REQUEST, scrubber);
  }

  /**
   * Judges answers to an input that is posted to an endpoint.
   *
   * @param scrubber replaces every credential in a text
   */
  public static FailureClassifier forInput(UnaryOperator<String> scrubber) {
    return new FailureClassifier(Surface.INPUT, scrubber);
  }

  /**
   * Judges the opening of a realtime session, and the minting of a token for it.
   *
   * @param scrubber replaces every credential in a text
   */
  public static FailureClassifier forSession(UnaryOperator<String> scrubber) {
    return new FailureClassifier(Surface.SESSION, scrubber);
  }

  /** Makes texts of fal fit for reasons. */
  public ReasonText text() {
    return text;
  }

  /** Judges an answer whose body was not read yet; peeks at a bounded part of the body. */
  public FalFailure judgeAnswer(Response response) {
    return judgeAnswer(response, ReasonText.peekBody(response));
  }

  /**
   * Judges an answer that is not what was asked for.
   *
   * @param body as much of the body as was read
   */
  public FalFailure judgeAnswer(Response response, String body) {
    String errorType = text.errorType(response, body);
    Whose whose = HttpStatusRules.whoseIs(response, errorType, surface);
    boolean isRedirect = HttpStatusRules.isRedirect(response);
    String reason = text.describe(response, body);
    return new FalFailure(
        whose,
        HttpStatusRules.causeOf(response, whose),
        isRedirect ? reason + ": redirects are not followed" : reason,
        response.code(),
        errorType,
        whose == Whose.REQUEST_FOR_GOOD || isRedirect ? null : retryAfter(response));
  }

  /**
   * Judges the answer to a fetch of a request's result. {@link Whose#REQUEST_FOR_GOOD} means that
   * the answer is the error that the request failed with.
   *
   * <p>A failed request's result is its own error, with its own status. A rejection such as 422 is
   * that also if fal says that another attempt may succeed: that means another request. The same
   * status may also be fal's own trouble or a refusal. An error type says that it is the runner's
   * error. A 500 of a failed request is its own. 429 limits the rate of fetches.
   *
   * <p>As long as it is unknown whether the request failed, a 5xx is {@link Whose#REQUEST_FOR_NOW}
   * if it may be the request's own: with an error type, and a 500 in any case. Whether it is shows
   * when it is asked again.
   *
   * @param body as much of the body as was read
   */
  public FalFailure judgeResult(Response response, String body, ExpectedResult expected) {
    if (isNotReady(response, body)) {
      String reason = text.describe(response, body);
      return new FalFailure(
          Whose.REQUEST_FOR_NOW, Cause.INCOMPLETE, reason, 0, null, retryAfter(response));
    }
    FalFailure failure = judgeAnswer(response, body);
    int status = response.code();
    boolean isDecided =
        expected == ExpectedResult.OUTPUT
            || status == HttpStatusRules.TOO_MANY_REQUESTS
            || failure.whose() == Whose.REQUEST_FOR_GOOD;
    if (isDecided) {
      return failure;
    }
    boolean own =
        failure.errorType() != null
            || status == HttpStatusRules.INTERNAL_ERROR
            || HttpStatusRules.isRejection(status);
    if (!own) {
      return failure;
    }
    boolean isUnsure = status >= 500 && expected == ExpectedResult.UNKNOWN;
    return withWhose(failure, isUnsure ? Whose.REQUEST_FOR_NOW : Whose.REQUEST_FOR_GOOD);
  }

  /**
   * Whether the answer to a fetch of a result says that the result is not there yet: 202, 400 or
   * 404 with words like {@code Request is still in progress}, or 200 with the status of an
   * unfinished request.
   *
   * @param body as much of the body as was read
   */
  public boolean isNotReady(Response response, String body) {
    return switch (response.code()) {
      case HttpStatusRules.NOT_READY -> true;
      case HttpStatusRules.BAD_REQUEST, HttpStatusRules.NOT_FOUND -> text.saysNotReady(body);
      case HttpStatusRules.OK -> text.isUnfinishedStatus(body);
      default -> false;
    };
  }

  private static FalFailure withWhose(FalFailure failure, Whose whose) {
    return new FalFailure(
        whose,
        failure.cause(),
        failure.reason(),
        failure.httpStatus(),
        failure.errorType(),
        failure.retryAfter());
  }

  /**
   * Judges an error that fal sent as data, in the middle of a stream.
   *
   * @param error the error, in any form
   */
  public FalFailure judgeStreamError(JsonNode error) {
    return new FalFailure(
        Whose.REQUEST_FOR_GOOD, Cause.REJECTED, text.describeError(error), 200, null, null);
  }

  /** Judges an answer that this side cannot use, and that would be the same again. */
  public FalFailure judgeUnusable(int status, String reason) {
    return new FalFailure(Whose.REQUEST_FOR_GOOD, Cause.REJECTED, reason, status, null, null);
  }

  /** Judges a connection that could not be made, or broke before anything was sent. */
  public FalFailure judgeException(Throwable cause) {
    return judgeException(cause, false);
  }

  /**
   * Judges a connection that could not be made, or broke.
   *
   * @param sent whether anything of an input may have been sent on it
   */
  public FalFailure judgeException(Throwable cause, boolean sent) {
    boolean mayBeTaken = surface == Surface.INPUT && sent && !isRefusedByServer(cause);
    Whose whose = mayBeTaken ? Whose.UNKNOWN : Whose.NOBODY;
    return new FalFailure(whose, LocalLimits.causeOf(cause), text.toLine(cause));
  }

  /**
   * Whether the server has certainly not begun with the request. RFC 9113, 8.7, says so of {@code
   * REFUSED_STREAM}; on an HTTP/2 connection that is being shut down OkHttp sends no new request.
   */
  private static boolean isRefusedByServer(Throwable cause) {
    return cause instanceof ConnectionShutdownException
        || cause instanceof StreamResetException reset
            && reset.errorCode == ErrorCode.REFUSED_STREAM;
  }

  /**
   * Judges what this side finds wrong after it has sent its request: silence, an answer without
   * content or with unusable content, or that this side read too slowly.
   */
  public FalFailure judgeOwn(Cause cause, String reason) {
    return new FalFailure(surface == Surface.INPUT ? Whose.UNKNOWN : Whose.NOBODY, cause, reason);
  }

  /** Judges a status stream that fal ended in good order before it sent a status. */
  public static FalFailure judgeStreamWithoutStatus() {
    return new FalFailure(Whose.NOBODY, Cause.INCOMPLETE, "the stream ended without a status");
  }

  private static Duration retryAfter(Response response) {
    return RetryAfter.parse(response.header("Retry-After"));
  }
}
