// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.source.Configs;
import org.junit.jupiter.api.Test;

class WatchConfigTest {
  @Test
  void theMostOpenStreamsDependOnTheThreads() {
    WatchConfig config = Configs.config().watch();
    assertThat(config.maxOpenStreams(true)).isEqualTo(10_000);
    assertThat(config.maxOpenStreams(false)).isEqualTo(2_000);
    assertThat(Configs.config("status.max.open.streams", "5").watch().maxOpenStreams(true))
        .isEqualTo(5);
  }

  @Test
  void toleranceIsReadAsConnectReadsIt() {
    assertThat(Configs.config().watch().tolerant()).isFalse();
    assertThat(Configs.config("errors.tolerance", "none").watch().tolerant()).isFalse();
    assertThat(Configs.config("errors.tolerance", "ALL").watch().tolerant()).isTrue();
    assertThat(Configs.config("errors.tolerance", " all ").watch().tolerant()).isTrue();
  }

  @Test
  void resultsAreFetchedOnlyForAResultTopic() {
    assertThat(Configs.config().watch().fetchResults()).isFalse();
    assertThat(Configs.config("result.topic", "results").watch().fetchResults()).isTrue();
  }
}
