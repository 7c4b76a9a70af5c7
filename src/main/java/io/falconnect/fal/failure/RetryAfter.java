// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.failure;

import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;

/** The header {@code Retry-After} (RFC 9110, 10.2.3): seconds, or an HTTP date. Stateless. */
final class RetryAfter {
  private static final Duration LONGEST = Duration.ofDays(1);

  private RetryAfter() {}

  /**
   * Parses the header.
   *
   * @param header the header's value, or null
   * @return the wait, at least zero; seconds are at most a day; null if the value is neither form
   */
  static Duration parse(String header) {
    if (header == null) {
      return null;
    }
    String value = header.strip();
    try {
      if (value.chars().allMatch(Character::isDigit) && !value.isEmpty()) {
        return Duration.ofSeconds(Math.min(Long.parseLong(value), LONGEST.toSeconds()));
      }
      Instant until = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(Instant.now(), until);
      return wait.isNegative() ? Duration.ZERO : wait;
    } catch (NumberFormatException | DateTimeParseException e) {
      return null;
    }
  }
}
