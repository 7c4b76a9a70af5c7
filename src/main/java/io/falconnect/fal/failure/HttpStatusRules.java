// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.failure;

import io.falconnect.fal.failure.FalFailure.Whose;
import java.util.Set;
import okhttp3.Response;

/**
 * Whose failure an HTTP status is. Stateless.
 *
 * <p>fal's official clients repeat 408, 409, 429 and 5xx. By HTTP itself 407 (RFC 9110, 15.5.8) and
 * 425 (RFC 8470, 5.2) pass as well.
 */
final class HttpStatusRules {
  static final int OK = 200;
  static final int NOT_READY = 202;
  static final int BAD_REQUEST = 400;
  static final int UNAUTHORIZED = 401;
  static final int PAYMENT_REQUIRED = 402;
  static final int FORBIDDEN = 403;
  static final int NOT_FOUND = 404;
  static final int TOO_MANY_REQUESTS = 429;
  static final int INTERNAL_ERROR = 500;

  private static final int REQUEST_TIMEOUT = 408;
  private static final int UNAVAILABLE = 503;
  private static final int GATEWAY_TIMEOUT = 504;

  /** The types of a runner's error with which no runner has begun. */
  private static final Set<String> NOT_BEGUN =
      Set.of("runner_scheduling_failure", "runner_connection_refused");

  /**
   * The server has not acted on the request: 407 and 503 (RFC 9110), 429 (RFC 6585). fal counts by
   * 429 how many requests an account has open, which says nothing about this request.
   */
  private static final Set<Integer> NOT_ACTED_ON = Set.of(407, TOO_MANY_REQUESTS, 503);

  /** The server does not act on this request now: 409 (RFC 9110), 425 (RFC 8470). */
  private static final Set<Integer> LATER = Set.of(409, 425);

  private static final Set<Integer> NO_REJECTIONS =
      Set.of(
          UNAUTHORIZED,
          PAYMENT_REQUIRED,
          FORBIDDEN,
          NOT_FOUND,
          407,
          REQUEST_TIMEOUT,
          409,
          425,
          TOO_MANY_REQUESTS);

  private HttpStatusRules() {}

  /**
   * Judges an answer that is not what was asked for. What fal says about another attempt decides
   * before the type, and the type before the status. Two things stay as they are: a refusal of the
   * account's, of which fal may say that another attempt is of no use, and 429, which never says
   * anything about a request.
   *
   * @param errorType fal's error type, or null
   */
  static Whose whoseIs(Response response, String errorType, Surface surface) {
    Whose whose = whoseByStatus(response, errorType, surface);
    if (response.code() < 400 || response.code() == TOO_MANY_REQUESTS) {
      return whose;
    }
    Boolean retryable = RetryMark.of(response);
    if (retryable == null) {
      return whose;
    }
    if (retryable) {
      return whose == Whose.NOBODY ? whose : Whose.REQUEST_FOR_NOW;
    }
    return whose == Whose.ACCOUNT ? whose : Whose.REQUEST_FOR_GOOD;
  }

  private static Whose whoseByStatus(Response response, String errorType, Surface surface) {
    int status = response.code();
    if (surface == Surface.INPUT && status == UNAVAILABLE && mayHaveBegun(errorType)) {
      return Whose.UNKNOWN;
    }
    if (isRefusal(status)) {
      return Whose.ACCOUNT;
    }
    if (status == NOT_FOUND) {
      return surface == Surface.REQUEST ? Whose.REQUEST_FOR_GOOD : Whose.ACCOUNT;
    }
    if (NOT_ACTED_ON.contains(status)) {
      return Whose.NOBODY;
    }
    if (LATER.contains(status)) {
      return Whose.REQUEST_FOR_NOW;
    }
    boolean isRejected = status >= 400 && status < 500 && status != REQUEST_TIMEOUT;
    if (isRejected || isUsersTimeout(response)) {
      return Whose.REQUEST_FOR_GOOD;
    }
    return surface == Surface.INPUT ? Whose.UNKNOWN : Whose.NOBODY;
  }

  /**
   * Whether a runner may have worked on the input: fal's documentation says of {@code
   * runner_disconnected} that it happens during processing.
   */
  private static boolean mayHaveBegun(String errorType) {
    return errorType != null && errorType.startsWith("runner_") && !NOT_BEGUN.contains(errorType);
  }

  /** Whether fal refuses with that status to deal with a request at all. */
  static boolean isRefusal(int status) {
    return status == UNAUTHORIZED || status == PAYMENT_REQUIRED || status == FORBIDDEN;
  }

  /**
   * Whether a status says in any case that the request itself was wrong: any 4xx that is not about
   * the key, the place, the time or the rate.
   */
  static boolean isRejection(int status) {
    return status >= 400 && status < 500 && !NO_REJECTIONS.contains(status);
  }

  /**
   * Whether a timeout that the user has set is over. fal's documentation of the queue names the
   * header, and fal's official clients do not repeat such a request.
   */
  private static boolean isUsersTimeout(Response response) {
    return response.code() == GATEWAY_TIMEOUT
        && "user".equalsIgnoreCase(response.header("X-Fal-Request-Timeout-Type"));
  }

  static boolean isRedirect(Response response) {
    return response.code() >= 300 && response.code() < 400;
  }

  static Cause causeOf(Response response, Whose whose) {
    return switch (response.code()) {
      case UNAUTHORIZED, PAYMENT_REQUIRED, FORBIDDEN -> Cause.DENIED;
      case NOT_FOUND -> Cause.NOT_FOUND;
      case TOO_MANY_REQUESTS -> Cause.RATE_LIMIT;
      default -> whose == Whose.REQUEST_FOR_GOOD ? Cause.REJECTED : Cause.UNAVAILABLE;
    };
  }
}
