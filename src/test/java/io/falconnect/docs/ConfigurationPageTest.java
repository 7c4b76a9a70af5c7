// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.sink.FalQueueSinkConnector;
import io.falconnect.sink.FalRealtimeSinkConnector;
import io.falconnect.sink.FalStreamSinkConnector;
import io.falconnect.source.FalStatusSourceConnector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;

/**
 * The configuration page agrees with the code. {@code ./mvnw test -Dtest=ConfigurationPageTest
 * -Dwrite.docs=true} writes the page.
 */
class ConfigurationPageTest {
  private static final Path PAGE = Path.of("docs", "configuration.md");

  @Test
  void thePageIsWhatTheCodeSays() throws IOException {
    Map<String, ConfigDef> connectors = new LinkedHashMap<>();
    connectors.put(
        FalStatusSourceConnector.class.getName(), new FalStatusSourceConnector().config());
    connectors.put(
        FalRealtimeSinkConnector.class.getName(), new FalRealtimeSinkConnector().config());
    connectors.put(FalStreamSinkConnector.class.getName(), new FalStreamSinkConnector().config());
    connectors.put(FalQueueSinkConnector.class.getName(), new FalQueueSinkConnector().config());
    String page = ConfigurationPage.of(connectors);
    if (Boolean.getBoolean("write.docs")) {
      Files.writeString(PAGE, page);
    }
    assertThat(Files.readString(PAGE)).isEqualTo(page);
  }
}
