// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.failure;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
  @ParameterizedTest
  @NullSource
  @ValueSource(
      strings = {"", " ", "soon", "-1", "1.5", "7s", "+7", "Sun, 99 Nov 1994 08:49:37 GMT"})
  void whatIsNeitherSecondsNorADateIsNull(String header) {
    assertThat(RetryAfter.parse(header)).isNull();
  }

  @Test
  void secondsAreADayAtMost() {
    assertThat(RetryAfter.parse("0")).isZero();
    assertThat(RetryAfter.parse(" 120 ")).isEqualTo(Duration.ofMinutes(2));
    assertThat(RetryAfter.parse("999999999999")).isEqualTo(Duration.ofDays(1));
  }

  @Test
  void aDateIsAWaitUntilThen() {
    DateTimeFormatter format = DateTimeFormatter.RFC_1123_DATE_TIME;
    ZonedDateTime later = ZonedDateTime.now(ZoneOffset.UTC).plusHours(1);
    assertThat(RetryAfter.parse(format.format(later)))
        .isBetween(Duration.ofMinutes(55), Duration.ofHours(1));
    assertThat(RetryAfter.parse("Sun, 06 Nov 1994 08:49:37 GMT")).isZero();
  }
}
