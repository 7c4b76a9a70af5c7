// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import com.fasterxml.jackson.core.JsonPointer;
import io.falconnect.connect.KeyGroup;
import io.falconnect.connect.ValidationReport;
import io.falconnect.connect.Validators;
import io.falconnect.sink.realtime.CompletionRule.Mode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** When a realtime input is done: the keys {@code realtime.completion.*}. Immutable. */
final class CompletionConfig {
  private static final String COMPLETION = "realtime.completion";
  private static final String QUIET = "realtime.completion.quiet.ms";
  private static final String FIELD = "realtime.completion.field";
  private static final String VALUE = "realtime.completion.value";

  private static final Logger LOG = LoggerFactory.getLogger(CompletionConfig.class);

  private final AbstractConfig config;
  private final CompletionRule rule;

  CompletionConfig(AbstractConfig config) {
    String field = config.getString(FIELD);
    this.config = config;
    this.rule =
        new CompletionRule(
            Mode.valueOf(config.getString(COMPLETION).toUpperCase(Locale.ROOT)),
            Duration.ofMillis(config.getLong(QUIET)),
            field == null ? null : JsonPointer.compile(field),
            config.getString(VALUE));
  }

  static void define(KeyGroup group) {
    group
        .key(COMPLETION, Type.STRING)
        .defaultsTo("first")
        .oneOf("first", "timings", "quiet", "field", "sent")
        .describe(
            "Completion",
            "When an input is done. 'first': with its first frame. 'timings': with fal's 'timings' message. 'quiet': when no frame came for a while. 'field': when a field of a frame says so. 'sent': as soon as it is sent.")
        .key(QUIET, Type.LONG)
        .defaultsTo(1_000L)
        .validatedBy(ConfigDef.Range.between(1, Validators.DAY_MS))
        .low()
        .describe(
            "Quiet time",
            "With "
                + COMPLETION
                + "=quiet: an input is done when no frame came for this long, in milliseconds.")
        .key(FIELD, Type.STRING)
        .validatedBy(
            ConfigDef.LambdaValidator.with(
                CompletionConfig::validatePointer, () -> "a JSON pointer like /state"))
        .low()
        .describe(
            "Completion field", "With " + COMPLETION + "=field: the field, as a JSON pointer.")
        .key(VALUE, Type.STRING)
        .low()
        .describe(
            "Completion value",
            "With "
                + COMPLETION
                + "=field: the value of that field in the last frame, as text. Default: any value except null and false.");
  }

  private static void validatePointer(String key, Object value) {
    try {
      JsonPointer.compile((String) value);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(key, value, "a JSON pointer starts with '/', like /state");
    }
  }

  CompletionRule rule() {
    return rule;
  }

  /** Reports keys that are missing for the mode, or of no use with it. */
  void check(ValidationReport report) {
    if (rule.mode() == Mode.FIELD && rule.field() == null) {
      report.addError(FIELD, "is required with " + COMPLETION + "=field");
    }
    for (String key : List.of(FIELD, VALUE)) {
      if (rule.mode() != Mode.FIELD && config.getString(key) != null) {
        report.addError(key, "is of no use without " + COMPLETION + "=field");
      }
    }
    if (rule.mode() != Mode.QUIET && config.originals().containsKey(QUIET)) {
      LOG.warn("{} is of use only with {}=quiet", QUIET, COMPLETION);
    }
  }
}
