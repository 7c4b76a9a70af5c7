// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.call;

import static org.assertj.core.api.Assertions.assertThat;

import okhttp3.HttpUrl;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QuerySecretsTest {
  private static final String HOOK =
      "https://User-1:pass%20word@Hook.example.com/services/T0-path?sig=not%2Fa%2Freal+one&n=7";

  private final HttpUrl url =
      HttpUrl.get("https://queue.fal.run/o/a")
          .newBuilder()
          .addQueryParameter("fal_webhook", HOOK)
          .build();

  @ParameterizedTest
  @ValueSource(
      strings = {
        HOOK,
        "https://User-1:pass%20word@hook.example.com/services/T0-path?sig=not%2Fa%2Freal+one&n=7",
        "/services/T0-path",
        "sig=not%2Fa%2Freal+one&n=7",
        "not%2Fa%2Freal+one",
        "not/a/real one",
        "pass word",
        "pass%20word"
      })
  void howeverItIsSaidBackItIsHidden(String said) {
    assertHidden(said);
    assertHidden(url.encodedQuery());
    assertHidden(url.encodedQuery().substring("fal_webhook=".length()));
  }

  private void assertHidden(String said) {
    assertThat(QuerySecrets.of(url).scrub("no " + said + " here")).isEqualTo("no [hidden] here");
  }
}
