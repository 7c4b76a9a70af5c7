// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal;

import java.time.Duration;

/** Why a call to fal came to nothing, typed by what to do about it. */
public sealed interface FalFailure {
  /** What happened, fit for a log or a record: bounded, without credentials. */
  String reason();

  /**
   * Worth another attempt: the network, a timeout, 408, 409, 429, 5xx.
   *
   * @param retryAfter how long fal asked to wait, or null
   */
  record Retryable(String reason, Duration retryAfter) implements FalFailure {}

  /** 401 or 403: the key is missing, wrong, or not allowed to see this request. */
  record Denied(int httpStatus, String reason) implements FalFailure {}

  /** 404: fal knows no such request. */
  record NotFound(String reason) implements FalFailure {}

  /** Any other answer that another attempt would not change. */
  record Rejected(int httpStatus, String reason) implements FalFailure {}
}
