// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.sink.RealtimeSinkConfig;
import io.falconnect.sink.SinkConfigs;
import io.falconnect.sink.realtime.CompletionRule.Mode;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResultFormTest {
  @ParameterizedTest
  @EnumSource(Mode.class)
  void onlyWhatWasCommittedBeforeIsToldWhenItsPartitionIsGone(Mode mode) {
    RealtimeSinkConfig config =
        SinkConfigs.config(
            "realtime.completion",
            mode.name().toLowerCase(Locale.ROOT),
            "realtime.completion.field",
            "/done");
    assertThat(ResultForm.ofSessions(config).tellsRevoked()).isEqualTo(mode == Mode.SENT);
  }
}
