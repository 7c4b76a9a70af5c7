// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.connect.ConnectorProperties;
import io.falconnect.connect.UnresolvedReferences;
import io.falconnect.connect.ValidationReport;
import io.falconnect.sink.input.InputConfig;
import io.falconnect.sink.result.OutputConfig;
import io.falconnect.sink.result.OutputTopic;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.common.config.Config;

/**
 * Validates what single values do not show: combinations of values, and whether Kafka and fal can
 * be reached. Reports as many errors as possible, each at its key, and throws nothing.
 */
final class SinkValidation {
  private SinkValidation() {}

  /**
   * Adds errors to what Connect found in the single values.
   *
   * @param output what the sink publishes
   */
  static Config validate(
      Config found,
      OutputConfig.Kind output,
      Map<String, String> all,
      Function<Map<String, String>, SinkConfig> parser) {
    ValidationReport report = new ValidationReport(found);
    Map<String, String> props = ConnectorProperties.withoutNulls(all);
    // The connector overwrites it.
    props.remove(InputConfig.TASK_ID);
    UnresolvedReferences.check(report, props);
    InputConfig.checkEndpoint(report, props);
    OutputConfig.checkKeys(report, output, all, props);
    if (report.hasErrors()) {
      return report.toConfig();
    }
    SinkConfig config = parser.apply(props);
    config.check(report);
    if (!report.hasErrors() && config.fal().connection().isChecked()) {
      OutputTopic.checkExists(config.output(), report);
      config.fal().checkConnection(report, config.contactedUrls());
    }
    return report.toConfig();
  }
}
