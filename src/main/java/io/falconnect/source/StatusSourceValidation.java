// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import io.falconnect.connect.ConnectionConfig;
import io.falconnect.connect.ConnectorProperties;
import io.falconnect.connect.TaskConfig;
import io.falconnect.connect.UnresolvedReferences;
import io.falconnect.connect.ValidationReport;
import io.falconnect.source.control.ControlConfig;
import io.falconnect.source.control.ControlConsumer;
import io.falconnect.source.control.ControlPartitions;
import io.falconnect.source.record.RecordConfig;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Validates what single values do not show: combinations of values, and whether Kafka and fal can
 * be reached. Reports as many errors as possible, each at its key, and throws nothing.
 */
final class StatusSourceValidation {
  private static final Logger LOG = LoggerFactory.getLogger(StatusSourceValidation.class);

  private StatusSourceValidation() {}

  /** Adds errors to what Connect found in the single values. */
  static Config validate(Config found, Map<String, String> all) {
    ValidationReport report = new ValidationReport(found);
    report.checkRequired(
        all, ControlConfig.TOPIC, ControlConfig.BOOTSTRAP, RecordConfig.STATUS_TOPIC);
    Map<String, String> props = ConnectorProperties.withoutNulls(all);
    UnresolvedReferences.check(report, props);
    ControlConsumer.checkKeys(report, props);
    if (report.hasErrors()) {
      return report.toConfig();
    }
    StatusSourceConfig config = new StatusSourceConfig(props);
    config.control().check(report);
    config.records().check(report, config.control().topic());
    config.fal().check(report);
    warn(props);
    if (!report.hasErrors() && config.fal().connection().isChecked()) {
      ControlPartitions.checkTopics(config.control(), config.publishedTopics(), report);
      config.fal().checkConnection(report, ConnectionConfig.QUEUE_URL);
    }
    return report.toConfig();
  }

  private static void warn(Map<String, String> props) {
    boolean exactlyOnce = TaskConfig.requiresExactlyOnce(props);
    boolean tolerant = TaskConfig.toleratesErrors(props);
    if (tolerant && !exactlyOnce) {
      LOG.warn(
          "{}=all without exactly-once source support acknowledges records that could not be sent:"
              + " events can be lost. Set exactly.once.support=required on {} to be sure",
          TaskConfig.ERRORS_TOLERANCE,
          props.get("name"));
    }
    if (!tolerant && props.get(RecordConfig.ERRORS_TOPIC) != null) {
      LOG.warn(
          "{} is of use only with {}=all", RecordConfig.ERRORS_TOPIC, TaskConfig.ERRORS_TOLERANCE);
    }
  }
}
