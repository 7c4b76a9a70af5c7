// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.sink.realtime.CompletionRule.Mode;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FalRealtimeSinkTaskTest {
  @ParameterizedTest
  @EnumSource(Mode.class)
  void onlyResultsOfCommittedInputsArePublishedAfterRevocation(Mode mode) {
    RealtimeSinkConfig config =
        SinkConfigs.config(
            "realtime.completion",
            mode.name().toLowerCase(Locale.ROOT),
            "realtime.completion.field",
            "/done");
    assertThat(FalRealtimeSinkTask.publishing(config).publishesRevoked())
        .isEqualTo(mode == Mode.SENT);
  }
}
