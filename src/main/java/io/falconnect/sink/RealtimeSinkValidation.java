// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static io.falconnect.sink.RealtimeSinkConfig.COMPLETION;
import static io.falconnect.sink.RealtimeSinkConfig.COMPLETION_FIELD;
import static io.falconnect.sink.RealtimeSinkConfig.COMPLETION_QUIET;
import static io.falconnect.sink.RealtimeSinkConfig.COMPLETION_VALUE;
import static io.falconnect.sink.RealtimeSinkConfig.MAX_BUFFERING;
import static io.falconnect.sink.RealtimeSinkConfig.MAX_IN_FLIGHT;

import io.falconnect.connect.ConfigReport;
import io.falconnect.sink.realtime.CompletionRule.Mode;
import io.falconnect.sink.result.OutputKeys;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Checks of the realtime sink that need more than one value, and those that need the network. */
final class RealtimeSinkValidation {
  private static final Logger LOG = LoggerFactory.getLogger(RealtimeSinkValidation.class);

  private RealtimeSinkValidation() {}

  /** Adds what is wrong to what was found in the single values. Throws nothing. */
  static Config validate(Config found, Map<String, String> props) {
    return SinkValidation.validate(
        found,
        OutputKeys.RESULT,
        props,
        RealtimeSinkConfig::new,
        (report, config) -> {
          completion(report, config);
          warn(config);
        });
  }

  private static void completion(ConfigReport report, RealtimeSinkConfig config) {
    Mode mode = config.completion().mode();
    if (mode == Mode.FIELD && config.getString(COMPLETION_FIELD) == null) {
      report.error(COMPLETION_FIELD, "is required with " + COMPLETION + "=field");
    }
    for (String key : new String[] {COMPLETION_FIELD, COMPLETION_VALUE}) {
      if (mode != Mode.FIELD && config.getString(key) != null) {
        report.error(key, "is of no use without " + COMPLETION + "=field");
      }
    }
  }

  private static void warn(RealtimeSinkConfig config) {
    int buffered = config.maxBuffering().orElse(RealtimeSinkConfig.USUAL_BUFFERING);
    if (config.maxInFlight() > buffered) {
      LOG.warn(
          "{} of {} is {}, but fal buffers {} inputs{}: those beyond it are lost by fal silently,"
              + " and sent again only after {}",
          MAX_IN_FLIGHT,
          config.connectorName(),
          config.maxInFlight(),
          buffered,
          config.maxBuffering().isPresent() ? "" : " where " + MAX_BUFFERING + " is not set",
          RealtimeSinkConfig.RESULT_TIMEOUT);
    }
    if (config.completion().mode() != Mode.QUIET
        && config.originals().containsKey(COMPLETION_QUIET)) {
      LOG.warn("{} is of use only with {}=quiet", COMPLETION_QUIET, COMPLETION);
    }
  }
}
