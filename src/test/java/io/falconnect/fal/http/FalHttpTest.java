// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.falconnect.fal.EndpointId;
import io.falconnect.fal.queue.QueueRequest;
import io.falconnect.fal.queue.RecordingReceiver;
import io.falconnect.fal.queue.StatusStreams;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.queue.Script;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import okhttp3.Credentials;
import okhttp3.HttpUrl;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;

class FalHttpTest {
  private static final Script NEVER_DONE = Script.builder().manual().inQueue(0).build();

  @Test
  void noThreadWithItsNameIsLeftAfterClose() {
    try (FalSimulator fal = FalSimulator.start()) {
      RecordingReceiver sink = new RecordingReceiver();
      FalHttp http = new FalHttp(settings(fal.queueUrl()), "http-test", 10);
      StatusStreams streams = new StatusStreams(settings(fal.queueUrl()), http, sink);
      for (int i = 0; i < 20; i++) {
        fal.registerRequest("r" + i, "a/b", NEVER_DONE);
        streams.open(new QueueRequest(EndpointId.parse("a/b"), "r" + i), false, false);
      }
      await().until(() -> sink.texts().size() == 20);
      assertThat(fal.openStreams()).isEqualTo(20);
      http.close();
      http.close();
      String host = HttpUrl.get(fal.queueUrl()).host();
      await().untilAsserted(() -> assertThat(threads("http-test", host)).isEmpty());
      await().until(() -> fal.openStreams() == 0 && fal.openConnections() == 0);
      assertThat(sink.sequence()).filteredOn("StreamEnded"::equals).hasSize(20);
    }
  }

  @Test
  void saysWhichThreadsAndWhichHttpItUses() {
    try (FalHttp few = new FalHttp(settings("http://127.0.0.1:1"), "few", 10);
        FalHttp many = new FalHttp(settings("http://127.0.0.1:1"), "many", 5_000)) {
      String threads = StreamThreads.areVirtual() ? "virtual threads" : "platform threads";
      assertThat(few.description()).startsWith(threads).contains("HTTP/2");
      assertThat(many.description())
          .startsWith(threads)
          .contains(StreamThreads.areVirtual() ? "HTTP/2" : "HTTP/1.1");
      assertThat(few.client().followRedirects()).isFalse();
      assertThat(few.client().followSslRedirects()).isFalse();
    }
  }

  @Test
  void aProxyUserNeedsNoPassword() throws Exception {
    FalSettings none = settings("http://127.0.0.1:1");
    InetSocketAddress address = InetSocketAddress.createUnresolved("proxy", 3128);
    FalSettings proxied =
        new FalSettings(
            none.credentials(),
            none.queueUrl(),
            none.runUrl(),
            none.restUrl(),
            none.connectTimeout(),
            none.idleTimeout(),
            new FalSettings.ProxySettings(address, "user", null),
            null);
    Request request = new Request.Builder().url(none.queueUrl()).build();
    Response asked =
        new Response.Builder()
            .request(request)
            .protocol(Protocol.HTTP_1_1)
            .code(407)
            .message("Proxy Authentication Required")
            .build();
    try (FalHttp http = new FalHttp(proxied, "proxied", 1)) {
      Request again = http.client().proxyAuthenticator().authenticate(null, asked);
      assertThat(again.header("Proxy-Authorization")).isEqualTo(Credentials.basic("user", ""));
    }
  }

  /** OkHttp names a thread after the host while a call is on it. */
  private static List<String> threads(String name, String host) {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(thread -> thread.startsWith(name) || thread.startsWith("OkHttp http://" + host))
        .toList();
  }

  private static FalSettings settings(String url) {
    return new FalSettings(
        FalCredentials.NONE,
        HttpUrl.get(url),
        HttpUrl.get(url),
        HttpUrl.get(url),
        Duration.ofSeconds(10),
        Duration.ofSeconds(60),
        null,
        null);
  }
}
