// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import io.falconnect.fal.realtime.RealtimeEncoding;
import io.falconnect.sink.SinkConfigs;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RealtimeConfigTest {
  @Test
  void someDefaultsDependOnOtherKeys() {
    RealtimeConfig config = config();
    assertThat(config.target().maxBuffering()).isEmpty();
    assertThat(config.window()).isEqualTo(new SessionWindow(1, 2));
    assertThat(config("realtime.max.buffering", "7").window()).isEqualTo(new SessionWindow(1, 7));
    assertThat(config("realtime.max.buffering", "7", "realtime.max.in.flight", "3").window())
        .isEqualTo(new SessionWindow(3, 3));
    assertThat(config("realtime.completion", "quiet", "realtime.max.in.flight", "3").window())
        .isEqualTo(new SessionWindow(1, 3));
    assertThat(config.target().tokenLife()).contains(Duration.ofSeconds(120));
    assertThat(config("realtime.auth", "key").target().tokenLife()).isEmpty();
    assertThat(config.encoding()).isEmpty();
    assertThat(config("realtime.encoding", "json-binary").encoding())
        .contains(RealtimeEncoding.JSON_BINARY);
  }

  @Test
  void toleranceIsReadAsConnectReadsIt() {
    assertThat(config().toleratesErrors()).isFalse();
    assertThat(config("errors.tolerance", "ALL").toleratesErrors()).isTrue();
    assertThat(config("errors.tolerance", " all ").toleratesErrors()).isTrue();
  }

  @Test
  void tokensAreMintedOnlyWithAKey() {
    assertThat(config().mintsTokens()).isFalse();
    assertThat(config("fal.api.key", "id:secret").mintsTokens()).isTrue();
    assertThat(config("fal.api.key", "id:secret", "realtime.auth", "key").mintsTokens()).isFalse();
  }

  @Test
  void theCompletionRuleIsWhatTheKeysSay() {
    assertThat(config().completionRule())
        .isEqualTo(
            new CompletionRule(CompletionRule.Mode.FIRST, Duration.ofSeconds(1), null, null));
    assertThat(
            config(
                    "realtime.completion", "field",
                    "realtime.completion.quiet.ms", "5",
                    "realtime.completion.field", "/a/0",
                    "realtime.completion.value", "done")
                .completionRule())
        .isEqualTo(
            new CompletionRule(
                CompletionRule.Mode.FIELD,
                Duration.ofMillis(5),
                JsonPointer.compile("/a/0"),
                "done"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/realtime", "/a/b-c_d/1.0", "/ws/", "/.well", "/..a", "/..."})
  void plainPathsAreAccepted(String path) {
    assertThat(config("realtime.path", path).target().path()).isEqualTo(path);
  }

  private static RealtimeConfig config(String... more) {
    return SinkConfigs.config(more).realtime();
  }
}
