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
  static final int FORBIDDEN = 403;
  static final int TOO_MANY_REQUESTS = 429;
  static final int INTERNAL_ERROR = 500;

  private static final int NOT_FOUND = 404;
  private static final int REQUEST_TIMEOUT = 408;
  private static final int GATEWAY_TIMEOUT = 504;

  /**
   * The server has not acted on the request: 407 and 503 (RFC 9110), 429 (RFC 6585). fal counts by
   * 429 how many requests an account has open, which says nothing about this request.
   */
  private static final Set<Integer> NOT_ACTED_ON = Set.of(407, TOO_MANY_REQUESTS, 503);

  /** The server does not act on this request now: 409 (RFC 9110), 425 (RFC 8470). */
  private static final Set<Integer> LATER = Set.of(409, 425);

  private HttpStatusRules() {}

  static Whose whoseIs(Response response, Surface surface) {
    int status = response.code();
    if (status == UNAUTHORIZED || status == FORBIDDEN) {
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
      case UNAUTHORIZED, FORBIDDEN -> Cause.DENIED;
      case NOT_FOUND -> Cause.NOT_FOUND;
      case TOO_MANY_REQUESTS -> Cause.RATE_LIMIT;
      default -> whose == Whose.REQUEST_FOR_GOOD ? Cause.REJECTED : Cause.UNAVAILABLE;
    };
  }
}
