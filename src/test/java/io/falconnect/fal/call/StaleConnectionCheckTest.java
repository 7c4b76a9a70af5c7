// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.connect.Inbox;
import io.falconnect.fal.http.FalCredentials;
import io.falconnect.fal.http.FalHost;
import io.falconnect.fal.http.FalHttp;
import io.falconnect.fal.http.FalSettings;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import okhttp3.HttpUrl;
import okio.ByteString;
import org.junit.jupiter.api.Test;

/** Calls one after the other, over the connections that those before them have left. */
class StaleConnectionCheckTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Inbox<CallSignal> inbox = new Inbox<>(10, 1_000_000, LIMIT);

  @Test
  void nothingIsSentOnAConnectionThatTheServerHasClosed() throws Exception {
    try (HangUpServer server = HangUpServer.start();
        FalHttp http = http(server.url(), null)) {
      for (int i = 0; i < 3; i++) {
        assertThat(post(http, server.url(), null)).isInstanceOf(CallSignal.Answered.class);
        server.awaitClosed();
      }
    }
  }

  @Test
  void oneThatIsOpenIsUsedAgain() throws Exception {
    try (FalSimulator fal =
        FalSimulator.start(SimulatorConfig.builder().tls(true).http2(false).build())) {
      FalSettings.TlsSettings tls = new FalSettings.TlsSettings(fal.sslContext(), null, null, true);
      HttpUrl url = HttpUrl.get(fal.queueUrl() + "/o/a");
      try (FalHttp http = http(url, tls)) {
        for (int i = 0; i < 5; i++) {
          assertThat(post(http, url, tls)).isInstanceOf(CallSignal.Answered.class);
        }
      }
      assertThat(fal.submittedIds()).hasSize(5);
      assertThat(fal.connectionsOpened()).isEqualTo(1);
    }
  }

  private static FalHttp http(HttpUrl url, FalSettings.TlsSettings tls) {
    return new FalHttp(settings(url, tls), "idle-test", 4);
  }

  private static FalSettings settings(HttpUrl url, FalSettings.TlsSettings tls) {
    return new FalSettings(FalCredentials.NONE, url, url, url, LIMIT, LIMIT, null, tls);
  }

  private CallSignal post(FalHttp http, HttpUrl url, FalSettings.TlsSettings tls)
      throws InterruptedException {
    new FalCalls(settings(url, tls), http, inbox, AnswerRules.onePiece(LIMIT))
        .post(FalHost.QUEUE, url, Map.of(), ByteString.encodeUtf8("{\"p\":1}"));
    List<CallSignal> signals = new ArrayList<>();
    inbox.drainTo(signals, 1, LIMIT);
    return signals.get(0);
  }
}
