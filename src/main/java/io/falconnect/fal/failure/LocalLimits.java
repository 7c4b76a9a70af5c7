// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.failure;

import java.util.List;
import java.util.Locale;

/**
 * Recognises that this side had no socket or thread left: the messages of Linux and of the Java
 * runtime. Stateless.
 */
final class LocalLimits {
  private static final int MAX_CAUSES = 8;

  private static final List<String> MESSAGES =
      List.of(
          "too many open files",
          "no buffer space",
          "cannot allocate memory",
          "cannot assign requested address",
          "unable to create native thread",
          "unable to create new native thread");

  private LocalLimits() {}

  static Cause causeOf(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; i < MAX_CAUSES && cause != null; i++) {
      if (isLocalLimit(cause)) {
        return Cause.LOCAL_LIMIT;
      }
      cause = cause.getCause();
    }
    return Cause.CONNECTION;
  }

  private static boolean isLocalLimit(Throwable cause) {
    String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    return MESSAGES.stream().anyMatch(message::contains);
  }
}
