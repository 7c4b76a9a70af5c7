// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import java.util.Map;
import org.apache.kafka.common.config.Config;

final class StatusSourceValidation {
  private StatusSourceValidation() {}

  static Config validate(Config config, Map<String, String> props) {
    return config;
  }
}
