// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.source.Configs;
import org.junit.jupiter.api.Test;

class RecordConfigTest {
  @Test
  void theLargestRecordIsTheProducersUnlessItIsSet() {
    String override = "producer.override.max.request.size";
    assertThat(Configs.config().records().maxRecordBytes()).isEqualTo(1 << 20);
    assertThat(Configs.config(override, " 5000000 ").records().maxRecordBytes())
        .isEqualTo(5_000_000);
    assertThat(
            Configs.config(override, "5000000", "status.max.record.bytes", "70000")
                .records()
                .maxRecordBytes())
        .isEqualTo(70_000);
  }

  @Test
  void topicsAndFormAreOptional() {
    RecordConfig config = Configs.config().records();
    assertThat(config.resultTopic()).isEmpty();
    assertThat(config.errorsTopic()).isEmpty();
    assertThat(config.resultsAsStruct()).isFalse();
    assertThat(Configs.config("result.format", "struct").records().resultsAsStruct()).isTrue();
  }
}
