// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RateLimitedLogTest {
  private static final String NAME = RateLimitedLogTest.class.getName();

  private final Logger logger = (Logger) LogManager.getLogger(NAME);
  private Level level = Level.WARN;
  private long now;
  private final List<String> warnings = new ArrayList<>();
  private final AbstractAppender appender =
      new AbstractAppender("collector", null, null, true, Property.EMPTY_ARRAY) {
        @Override
        public void append(LogEvent event) {
          if (event.getLevel() == level) {
            warnings.add(event.getMessage().getFormattedMessage());
          }
        }
      };

  @BeforeEach
  void listen() {
    appender.start();
    logger.setAdditive(false);
    logger.addAppender(appender);
    logger.setLevel(Level.WARN);
  }

  @AfterEach
  void stop() {
    logger.removeAppender(appender);
  }

  @Test
  void theFirstIsSaidAtOnceAndTheRestIsCounted() {
    RateLimitedLog log =
        new RateLimitedLog(LoggerFactory.getLogger(NAME), Duration.ofNanos(100), () -> now);
    long start = Long.MAX_VALUE - 50;
    now = start;
    log.warn("one {}");
    now = start + 1;
    log.warn("two");
    now = start + 99;
    log.warn("three");
    now = start + 100;
    log.warn("four");
    now = start + 500;
    log.warn("five");
    assertThat(warnings)
        .containsExactly(
            "one {}", "four (2 more warnings of this kind since the last one)", "five");
  }

  @Test
  void linesForInformationAreCountedToo() {
    level = Level.INFO;
    logger.setLevel(level);
    RateLimitedLog log =
        new RateLimitedLog(LoggerFactory.getLogger(NAME), Duration.ofNanos(100), () -> now);
    for (int i = 0; i <= 1_000; i++) {
      now = i / 10;
      log.info("line " + i);
    }
    assertThat(warnings)
        .containsExactly("line 0", "line 1000 (999 more lines of this kind since the last one)");
  }
}
