// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import okhttp3.HttpUrl;
import okhttp3.Request;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class FalCredentialsTest {
  private static final String KEY = "not-a-real-key";
  private static final HttpUrl URL = HttpUrl.get("https://queue.fal.run");

  @Test
  void theKeyGoesIntoTheHeaderAndNowhereElse() {
    FalCredentials credentials = FalCredentials.ofKey(" \t" + KEY + "\n");
    Request request = credentials.authorize(new Request.Builder().url(URL)).build();
    assertThat(request.header("Authorization")).isEqualTo("Key " + KEY);
    assertThat(request.toString()).doesNotContain(KEY);
    FalSettings.ProxySettings proxy =
        new FalSettings.ProxySettings(InetSocketAddress.createUnresolved("proxy", 1), "u", KEY);
    FalSettings settings =
        new FalSettings(
            credentials, URL, URL, URL, Duration.ofSeconds(1), Duration.ofSeconds(1), proxy, null);
    assertThat(settings.toString()).contains("[hidden]", "proxy:1").doesNotContain(KEY);
    assertThat(credentials.isPresent()).isTrue();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " ", "\n"})
  void noKeyIsNoHeader(String key) {
    FalCredentials none = FalCredentials.ofKey(key);
    assertThat(none.isPresent()).isFalse();
    assertThat(none.isSendable()).isTrue();
    assertThat(none).hasToString("no key");
    assertThat(none.authorize(new Request.Builder().url(URL)).build().header("Authorization"))
        .isNull();
    assertThat(none.scrub("text")).isEqualTo("text");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "a\nb", "a\u0000", "k\u00e4y", "a\u007f"})
  void aKeyThatIsNoHeaderValueIsNotSendable(String key) {
    assertThat(FalCredentials.ofKey(key).isSendable()).isFalse();
  }

  @Property
  void noTextShowsTheKey(@ForAll String before, @ForAll String after) {
    FalCredentials credentials = FalCredentials.ofKey(KEY);
    assertThat(credentials.scrub(before + KEY + after + KEY)).doesNotContain(KEY);
    assertThat(credentials.toString()).isEqualTo("[hidden]");
  }

  @ParameterizedTest
  @CsvSource({
    "key-id-of-nobody:0123456789abcdef",
    "the id is key-id-of-nobody.",
    "key ending in 0123456789abcdef",
    "/tokens?key=key-id-of-nobody%3A0123456789abcdef&more",
    "/tokens?key=key-id-of-nobody%3a0123456789ABCDEF"
  })
  void neitherHalfOfTheKeyIsShownInAnyForm(String text) {
    String scrubbed = FalCredentials.ofKey("key-id-of-nobody:0123456789abcdef").scrub(text);
    assertThat(scrubbed)
        .containsOnlyOnce("[hidden]")
        .doesNotContainIgnoringCase("key-id-of-nobody", "0123456789abcdef", "%3a");
  }

  @ParameterizedTest
  @CsvSource({
    "id:0123456789abcdef, 'id and 0123456789abcdef', 'id and [hidden]'",
    "key-id-of-nobody:not, 'not key-id-of-nobody', 'not [hidden]'",
    "a:b, 'a:b is a and b', '[hidden] is a and b'",
    "key, 'no key', 'no [hidden]'",
    "'a+/=:0123456789', 'a%2B%2F%3D%3A0123456789 or a+/=:0123456789', '[hidden] or [hidden]'",
    "'(a|b)*\\E$1', 'it is (a|b)*\\E$1', 'it is [hidden]'"
  })
  void aShortHalfIsAWordAsAnyOther(String key, String text, String scrubbed) {
    assertThat(FalCredentials.ofKey(key).scrub(text)).isEqualTo(scrubbed);
  }

  @Property
  void whatIsSendableIsSentAsItIs(@ForAll String key) {
    FalCredentials credentials = FalCredentials.ofKey(key);
    if (credentials.isPresent() && credentials.isSendable()) {
      assertThat(
              credentials.authorize(new Request.Builder().url(URL)).build().header("Authorization"))
          .isEqualTo("Key " + key.strip());
    }
  }
}
