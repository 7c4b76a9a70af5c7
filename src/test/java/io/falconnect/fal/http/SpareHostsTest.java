// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SpareHostsTest {
  private static final HttpUrl REFUSES = HttpUrl.get("http://127.0.0.1:1/base/");
  private static final HttpUrl UNKNOWN = HttpUrl.get("http://no.such.host.invalid");

  private final FalSimulator fal = FalSimulator.start();
  private final FalSimulator other = FalSimulator.start();

  @AfterEach
  void close() {
    fal.close();
    other.close();
  }

  @Test
  void theNextHostIsUsedWhereNoConnectionCanBeMade() throws IOException {
    assertThat(submit(REFUSES, url(fal), url(other))).isEqualTo(200);
    assertThat(submit(UNKNOWN, REFUSES, url(fal))).isEqualTo(200);
    assertThat(fal.submittedIds()).hasSize(2);
    assertThat(other.submittedIds()).isEmpty();
  }

  @Test
  void aHostThatAnswersIsTheOnlyOne() throws IOException {
    fal.attachFault(Surface.SUBMIT, Fault.UNAVAILABLE, 1);
    assertThat(submit(url(fal), url(other))).isEqualTo(503);
    assertThat(submit(url(fal), url(other))).isEqualTo(200);
    assertThat(other.receivedRequests()).isEmpty();
  }

  @Test
  void whatMayHaveBeenSentGoesToNoOtherHost() {
    fal.attachFault(Surface.SUBMIT, Fault.RESET_BEFORE_HEADERS, FalSimulator.ALWAYS);
    assertThatThrownBy(() -> submit(url(fal), url(other))).isInstanceOf(IOException.class);
    assertThat(other.receivedRequests()).isEmpty();
  }

  @Test
  void withoutAConnectionToAnyTheFirstOneIsToBlame() {
    assertThatThrownBy(() -> submit(REFUSES, UNKNOWN)).isInstanceOf(ConnectException.class);
    assertThatThrownBy(() -> submit(REFUSES)).isInstanceOf(ConnectException.class);
  }

  @Test
  void aUrlOfASpareHostIsAskedThereFirst() throws IOException {
    List<HttpUrl> queue = List.of(url(fal), url(other));
    assertThat(submit(queue, url(other))).isEqualTo(200);
    assertThat(fal.receivedRequests()).isEmpty();
    other.stop();
    assertThat(submit(queue, url(other))).isEqualTo(200);
    assertThat(fal.submittedIds()).hasSize(1);
  }

  private static HttpUrl url(FalSimulator simulator) {
    return HttpUrl.get(simulator.queueUrl());
  }

  private static int submit(HttpUrl... queue) throws IOException {
    return submit(List.of(queue), queue[0]);
  }

  private static int submit(List<HttpUrl> queue, HttpUrl base) throws IOException {
    Duration limit = Duration.ofSeconds(10);
    FalSettings settings =
        new FalSettings(
            FalCredentials.NONE,
            queue,
            queue,
            queue,
            PlatformHeaders.NONE,
            limit,
            limit,
            null,
            null);
    try (FalHttp http = new FalHttp(settings, "spare-test", 4)) {
      OkHttpClient client = http.client().newBuilder().retryOnConnectionFailure(false).build();
      HttpUrl url = base.newBuilder().addPathSegments("o/a").build();
      RequestBody body = RequestBody.create("{}", null);
      try (Response answer =
          client
              .newCall(
                  new Request.Builder()
                      .url(url)
                      .tag(FalHost.class, FalHost.QUEUE)
                      .post(body)
                      .build())
              .execute()) {
        return answer.code();
      }
    }
  }
}
