// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.fal.EndpointId;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RealtimeTargetTest {
  private static final HttpUrl RUN = HttpUrl.get("https://fal.run");

  @ParameterizedTest
  @CsvSource({
    "fal-ai/fast-sdxl, /realtime, /fal-ai/fast-sdxl/realtime",
    "fal-ai/fast-sdxl/realtime, /realtime, /fal-ai/fast-sdxl/realtime",
    "fal-ai/flux/dev, /realtime, /fal-ai/flux/dev/realtime",
    "fal-ai/realtime/v2, /realtime, /fal-ai/realtime/v2/realtime",
    "fal-ai/notrealtime, realtime, /fal-ai/notrealtime/realtime",
    "fal-ai/flux, /a/b, /fal-ai/flux/a/b",
    "fal-ai/flux/a/b, /a/b, /fal-ai/flux/a/b",
    "fal-ai/flux, '', /fal-ai/flux",
    "fal-ai/flux, /realtime/, /fal-ai/flux/realtime/",
    "fal-ai/flux/realtime, /realtime/, /fal-ai/flux/realtime",
    "12345-my-app, /realtime, /12345/my-app/realtime",
    "workflows/fal-ai/flux, /ws, /workflows/fal-ai/flux/ws"
  })
  void thePathComesBelowTheEndpointOnce(String endpoint, String path, String expected) {
    assertThat(target(endpoint, path, OptionalInt.empty()).url(RUN, null))
        .isEqualTo(HttpUrl.get("https://fal.run" + expected));
  }

  @Test
  void tokenAndBufferingAreTheQuery() {
    HttpUrl url = target("a/b", "/realtime", OptionalInt.of(7)).url(RUN, "t&=+%");
    assertThat(url.queryParameter("fal_jwt_token")).isEqualTo("t&=+%");
    assertThat(url.queryParameter("max_buffering")).isEqualTo("7");
    assertThat(url.querySize()).isEqualTo(2);
  }

  @Test
  void aBaseWithAPathKeepsIt() {
    HttpUrl proxy = HttpUrl.get("http://proxy/fal/");
    assertThat(target("a/b", "/realtime", OptionalInt.empty()).url(proxy, null).encodedPath())
        .isEqualTo("/fal/a/b/realtime");
  }

  @ParameterizedTest
  @CsvSource({
    "fal-ai/fast-sdxl, fast-sdxl",
    "fal-ai/fast-sdxl/realtime, fast-sdxl",
    "comfy/owner/app/path, app",
    "12345-my-app, my-app"
  })
  void tokensAreMintedForTheAppsOwnName(String endpoint, String alias) {
    assertThat(target(endpoint, "/realtime", OptionalInt.empty()).alias()).isEqualTo(alias);
  }

  private static RealtimeTarget target(String endpoint, String path, OptionalInt buffering) {
    return new RealtimeTarget(
        EndpointId.parse(endpoint), path, buffering, Optional.empty(), List.of());
  }
}
