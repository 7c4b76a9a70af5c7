// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointIdTest {
  @ParameterizedTest
  @CsvSource({
    "fal-ai/flux, fal-ai/flux",
    "fal-ai/flux/dev, fal-ai/flux",
    "fal-ai/flux/dev/image-to-image/a/b, fal-ai/flux",
    "workflows/owner/app, workflows/owner/app",
    "workflows/owner/app/path, workflows/owner/app",
    "comfy/owner/app/path/more, comfy/owner/app",
    "workflows/app, workflows/app",
    "Workflows/owner/app, Workflows/owner",
    "a.b/c_d-e, a.b/c_d-e",
    ".../..a, .../..a",
    "12345-my-app, 12345/my-app",
    "12345-My-App-2, 12345/My-App-2",
    "12345-my-app/path, 12345-my-app/path"
  })
  void theAppIsOwnerAndAppWithTheirNamespace(String id, String app) {
    EndpointId endpoint = EndpointId.parse(id);
    assertThat(String.join("/", endpoint.app())).isEqualTo(app);
    assertThat(endpoint).hasToString(id);
    assertThat(endpoint.value()).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "app",
        "my-app",
        "12345",
        "12345-",
        "-app",
        "12345-my_app",
        "/app",
        "owner/",
        "owner//app",
        "/owner/app",
        "owner/app/",
        "a/b/c/d/e/f/g",
        "owner/..",
        "../app",
        "owner/./app",
        "owner/app/../other",
        "owner/a pp",
        "owner/app?x=1",
        "owner/app#x",
        "owner/app%2Fx",
        "owner\\app/x",
        "owner@evil/app",
        "owner:1/app",
        "owner/app\n",
        "\u00f6wner/app",
        "https://queue.fal.run/a/b"
      })
  void anythingElseIsNoEndpointId(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EndpointId.parse(text))
        .withMessageContaining(EndpointId.SHAPE);
  }

  @ParameterizedTest
  @CsvSource({
    "owner/app, /stream, owner/app/stream",
    "owner/app/stream, /stream, owner/app/stream",
    "owner/app/a/stream, /stream, owner/app/a/stream",
    "owner/app/a/b, /a/b, owner/app/a/b",
    "owner/stream, /stream, owner/stream/stream",
    "owner/realtime, /realtime, owner/realtime/realtime",
    "owner/realtime/realtime, /realtime, owner/realtime/realtime",
    "owner/a/b, /a/b, owner/a/b/a/b",
    "workflows/owner/stream, /stream, workflows/owner/stream/stream",
    "workflows/owner/app/stream, /stream, workflows/owner/app/stream",
    "12345-stream, /stream, 12345/stream/stream",
    "owner/app, '', owner/app",
  })
  void theNameOfAnAppIsNoPath(String id, String path, String expected) {
    assertThat(EndpointId.parse(id).at(HttpUrl.get("https://fal.run"), path))
        .hasToString("https://fal.run/" + expected);
  }

  @Test
  void aLongOneIsRefusedWithoutBeingRepeated() {
    String text = "owner/" + "a".repeat(507);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> EndpointId.parse(text))
        .withMessageContaining("512")
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(100));
    assertThat(EndpointId.parse(text.substring(1)).segments()).hasSize(2);
  }

  @Property
  void twoToSixSegmentsAreKeptAsTheyAre(
      @ForAll @Size(min = 2, max = 6)
          List<
                  @StringLength(min = 1, max = 20) @CharRange(from = 'a', to = 'z')
                  @CharRange(from = '0', to = '9') @Chars({'_', '-'}) String>
              segments) {
    assertThat(EndpointId.parse(String.join("/", segments)).segments()).isEqualTo(segments);
  }

  @Property
  void anyTextIsReadOrRefused(@ForAll String text) {
    try {
      assertThat(EndpointId.parse(text).segments()).hasSizeBetween(2, 6);
    } catch (IllegalArgumentException e) {
      assertThat(e)
          .isExactlyInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("endpoint id");
    }
  }
}
