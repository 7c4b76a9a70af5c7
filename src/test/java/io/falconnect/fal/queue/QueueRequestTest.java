// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.falconnect.fal.EndpointId;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueueRequestTest {
  private static final HttpUrl QUEUE = HttpUrl.get("https://queue.fal.run");

  @ParameterizedTest
  @CsvSource({
    "https://queue.fal.run, fal-ai/flux/dev, https://queue.fal.run/fal-ai/flux",
    "https://queue.fal.run/, fal-ai/flux, https://queue.fal.run/fal-ai/flux",
    "http://proxy:8080/fal, fal-ai/flux/dev, http://proxy:8080/fal/fal-ai/flux",
    "http://proxy:8080/fal/, fal-ai/flux/dev, http://proxy:8080/fal/fal-ai/flux",
    "https://queue.fal.run, workflows/o/a/p, https://queue.fal.run/workflows/o/a",
    "https://queue.fal.run, 12345-my-app, https://queue.fal.run/12345/my-app"
  })
  void urlsNameTheAppOnly(String base, String endpoint, String app) {
    QueueRequest request = new QueueRequest(EndpointId.parse(endpoint), "r-1_A");
    HttpUrl url = HttpUrl.get(base);
    assertThat(request.resultUrl(url)).hasToString(app + "/requests/r-1_A");
    assertThat(request.statusStreamUrl(url, false))
        .hasToString(app + "/requests/r-1_A/status/stream");
    assertThat(request.statusStreamUrl(url, true))
        .hasToString(app + "/requests/r-1_A/status/stream?logs=1");
  }

  @ParameterizedTest
  @CsvSource({
    "https://queue.fal.run/fal-ai/flux/requests/abc, fal-ai/flux",
    "https://queue.fal.run/fal-ai/flux/requests/abc/, fal-ai/flux",
    "https://queue.fal.run/fal-ai/flux/requests/abc/status, fal-ai/flux",
    "https://queue.fal.run/fal-ai/flux/requests/abc/status/stream?logs=1#x, fal-ai/flux",
    "https://queue.fal.run/fal-ai/flux/requests/abc/cancel, fal-ai/flux",
    "https://queue.fal.run/fal-ai/flux/dev/requests/abc, fal-ai/flux/dev",
    "https://queue.fal.run/workflows/o/a/requests/abc, workflows/o/a",
    "https://queue.fal.run:443/fal-ai/flux/requests/abc, fal-ai/flux",
    "HTTPS://Queue.FAL.run/fal-ai/flux/requests/abc, fal-ai/flux",
    "https://queue.fal.run/x/../fal-ai/flux/requests/abc, fal-ai/flux",
    "https://queue.fal.run/requests/requests/requests/abc, requests/requests"
  })
  void aUrlOfTheQueueNamesItsRequest(String url, String endpoint) {
    QueueRequest request = QueueRequest.fromUrl(QUEUE, url);
    assertThat(request.requestId()).isEqualTo("abc");
    assertThat(request.endpoint().value()).isEqualTo(endpoint);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://queue.fal.run@evil.example/a/b/requests/abc",
        "https://queue.fal.run:443@evil.example/a/b/requests/abc",
        "https://queue.fal.run%2F@evil.example/a/b/requests/abc",
        "https://evil.example\\@queue.fal.run/a/b/requests/abc",
        "https://queue.fal.run.evil.example/a/b/requests/abc",
        "https://evil.example/queue.fal.run/a/b/requests/abc",
        "https://evil.example#queue.fal.run/a/b/requests/abc",
        "https://evil.example?queue.fal.run/a/b/requests/abc",
        "https://fal.run/a/b/requests/abc",
        "https://xqueue.fal.run/a/b/requests/abc",
        "https://queue.fal.run./a/b/requests/abc",
        "https://queue.fal.run:8443/a/b/requests/abc",
        "http://queue.fal.run/a/b/requests/abc",
        "http://queue.fal.run:443/a/b/requests/abc",
        "https://127.0.0.1/a/b/requests/abc",
        "https://[::1]/a/b/requests/abc",
        "https://169.254.169.254/a/b/requests/abc"
      })
  void aForeignOriginIsRefused(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> QueueRequest.fromUrl(QUEUE, url))
        .withMessageContaining("is not at fal.queue.url (https://queue.fal.run/)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "abc",
        "/a/b/requests/abc",
        "ftp://queue.fal.run/a/b/requests/abc",
        "file:///a/b/requests/abc",
        "javascript:alert(1)",
        "https://",
        "https://queue.fal.run/",
        "https://queue.fal.run/a/b",
        "https://queue.fal.run/a/b/requests",
        "https://queue.fal.run/a/b/requests/",
        "https://queue.fal.run/a/requests/abc",
        "https://queue.fal.run/requests/abc",
        "https://queue.fal.run/a/b/Requests/abc",
        "https://queue.fal.run/a/b/requests/..",
        "https://queue.fal.run/a/b/requests/%2e%2e",
        "https://queue.fal.run/a/b/requests/abc%2F..%2Fdef",
        "https://queue.fal.run/a/b%2F..%2F..%2Fc/requests/abc",
        "https://queue.fal.run/a%2Fb/requests/abc",
        "https://queue.fal.run/a%2Fb/c/requests/abc",
        "https://queue.fal.run/a/b%2Fc/requests/abc",
        "https://queue.fal.run/a/b/requests/a%20c",
        "https://queue.fal.run/a//b/requests/abc",
        "https://queue.fal.run/a/b%00/requests/abc",
        "https://queue.fal.run/a/b/c/d/e/f/g/requests/abc"
      })
  void aUrlOfAnotherFormIsRefused(String url) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> QueueRequest.fromUrl(QUEUE, url))
        .satisfies(e -> assertThat(e.getMessage()).isNotBlank());
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://proxy:8080/fal", "http://proxy:8080/fal/"})
  void aPathPrefixOfTheBaseIsNoPartOfTheEndpoint(String base) {
    HttpUrl url = HttpUrl.get(base);
    assertThat(QueueRequest.fromUrl(url, "http://proxy:8080/fal/a/b/requests/abc"))
        .isEqualTo(new QueueRequest(EndpointId.parse("a/b"), "abc"));
    for (String path : new String[] {"/a/b", "/fal/a", "/other/a/b", "/fal/../a/b", "/fal%2Fa/b"}) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> QueueRequest.fromUrl(url, "http://proxy:8080" + path + "/requests/abc"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          https://queue.fal.run/a/b/requests/r/status        | https://queue.fal.run/a/b/requests/r/status/stream
          https://queue.fal.run/a/b/c/requests/r/status      | https://queue.fal.run/a/b/requests/r/status/stream
          https://queue.fal.run/v2/r/status                  | https://queue.fal.run/v2/r/status/stream
          https://queue.fal.run/v2/r/status?region=eu        | https://queue.fal.run/v2/r/status/stream?region=eu
          https://queue.fal.run/x/y/requests/r/status/stream | https://queue.fal.run/x/y/requests/r/status/stream
          https://queue.fal.run/a/b/requests/other/status    | https://queue.fal.run/a/b/requests/r/status/stream
          """)
  void theUrlsOfTheSubmissionAreUsedAsTheyAre(String statusUrl, String stream) {
    QueueRequest request =
        new QueueRequest(EndpointId.parse("a/b/c"), "r").withUrls(QUEUE, statusUrl, null, null);
    assertThat(request.statusStreamUrl(QUEUE, false)).hasToString(stream);
    assertThat(request.resultUrl(QUEUE)).hasToString("https://queue.fal.run/a/b/requests/r");
    assertThat(request.urls().isEmpty())
        .isEqualTo(stream.equals("https://queue.fal.run/a/b/requests/r/status/stream"));
    HttpUrl elsewhere = HttpUrl.get("https://elsewhere.example");
    assertThat(request.statusStreamUrl(elsewhere, false))
        .hasToString("https://elsewhere.example/a/b/requests/r/status/stream");
  }

  @Test
  void theResultIsFetchedFromTheUrlOfTheSubmission() {
    QueueRequest request =
        new QueueRequest(EndpointId.parse("a/b"), "r")
            .withUrls(QUEUE, null, "https://queue.fal.run/results/r", null);
    assertThat(request.resultUrl(QUEUE)).hasToString("https://queue.fal.run/results/r");
  }

  @Test
  void aRefusalIsShort() {
    String longPath = "https://queue.fal.run/" + "a".repeat(100_000);
    for (String text : new String[] {"x".repeat(100_000), longPath}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> QueueRequest.fromUrl(QUEUE, text))
          .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1_000));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a/b", "..", "a.b", "a%2Fb", "a\n", "\u00e4", "a?b"})
  void aRequestIdIsLettersDigitsHyphensAndUnderscores(String id) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new QueueRequest(EndpointId.parse("a/b"), id))
        .withMessageContaining("request id '" + id + "'");
  }

  @Test
  void aRequestIdHasAtMost256Characters() {
    EndpointId endpoint = EndpointId.parse("a/b");
    assertThat(new QueueRequest(endpoint, "a".repeat(256)).requestId()).hasSize(256);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new QueueRequest(endpoint, "a".repeat(100_000)))
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400));
  }

  @Property
  void whatAUrlNamesIsWhereItsResultIs(
      @ForAll
          @StringLength(min = 1, max = 40)
          @CharRange(from = 'a', to = 'z')
          @CharRange(from = 'A', to = 'Z')
          @CharRange(from = '0', to = '9')
          @Chars({'-', '_'})
          String id) {
    QueueRequest request = new QueueRequest(EndpointId.parse("a/b"), id);
    assertThat(QueueRequest.fromUrl(QUEUE, request.resultUrl(QUEUE).toString())).isEqualTo(request);
    assertThat(QueueRequest.fromUrl(QUEUE, request.statusStreamUrl(QUEUE, true).toString()))
        .isEqualTo(request);
  }

  @Property
  void noTextLeadsElsewhere(@ForAll @StringLength(max = 60) String text) {
    for (String start : new String[] {"", "https://", "https://queue.fal.run", "https:/\\"}) {
      try {
        QueueRequest request = QueueRequest.fromUrl(QUEUE, start + text);
        assertThat(request.resultUrl(QUEUE).host()).isEqualTo("queue.fal.run");
      } catch (IllegalArgumentException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }
}
