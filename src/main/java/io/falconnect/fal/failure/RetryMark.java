// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.failure;

import java.util.Locale;
import okhttp3.Response;

/**
 * What fal itself says about another attempt, in headers of an error: {@code X-Fal-Needs-Retry} (1
 * or 0) and {@code X-Fal-Retryable} (true or false). fal's documentation of errors names them.
 * Stateless.
 */
final class RetryMark {
  private RetryMark() {}

  /** Whether another attempt may succeed; null if fal does not say. The first header wins. */
  static Boolean of(Response response) {
    Boolean needsRetry = parse(response.header("X-Fal-Needs-Retry"));
    return needsRetry != null ? needsRetry : parse(response.header("X-Fal-Retryable"));
  }

  private static Boolean parse(String header) {
    if (header == null) {
      return null;
    }
    return switch (header.strip().toLowerCase(Locale.ROOT)) {
      case "1", "true" -> Boolean.TRUE;
      case "0", "false" -> Boolean.FALSE;
      default -> null;
    };
  }
}
