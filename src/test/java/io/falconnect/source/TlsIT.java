// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.falconnect.cluster.ForwardProxy;
import io.falconnect.cluster.SharedCluster;
import io.falconnect.cluster.client.ConnectRestException;
import io.falconnect.cluster.process.Waits;
import io.falconnect.cluster.worker.ConnectWorker;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import io.falconnect.simulator.queue.Script;
import io.falconnect.source.state.Histories;
import java.net.URI;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** fal behind TLS of a private authority, and behind a proxy that wants credentials. */
class TlsIT {
  private static final int STREAMS = 40;
  private static final String USER = "proxy-user";
  private static final String PASSWORD = "password-" + UUID.randomUUID();
  private static final Script BY_HAND = Script.builder().manual().inQueue(0).completed().build();

  private static FalSimulator fal;

  @BeforeAll
  static void start() {
    fal = simulator(true, true);
  }

  @AfterAll
  static void stop() {
    fal.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aPrivateAuthorityIsTrustedWhereItIsConfigured(boolean http2) {
    try (FalSimulator secure = simulator(true, http2);
        SourceScene scene = trusting(secure).start(1)) {
      List<String> ids = IntStream.range(0, STREAMS).mapToObj(i -> scene.name + "-" + i).toList();
      ids.forEach(id -> secure.registerRequest(id, SourceScene.ENDPOINT, BY_HAND));
      scene.askAll(ids);
      scene.topics().awaitRecords(scene.status, STREAMS);
      assertThat(secure.openStreams()).isEqualTo(STREAMS);
      if (http2) {
        assertThat(secure.openConnections()).isLessThan(STREAMS);
      } else {
        assertThat(secure.openConnections()).isGreaterThanOrEqualTo(STREAMS);
      }
      ids.forEach(id -> secure.request(id).advance());
      Histories.assertWhole(scene.awaitOutcomes(STREAMS), ids);
    }
  }

  @Test
  void anUnknownAuthorityIsRefusedByName() {
    try (SourceScene scene = new SourceScene(SharedCluster.get(), fal, 1)) {
      assertThatThrownBy(() -> scene.rest().putConnector(scene.name, scene.config()))
          .isInstanceOf(ConnectRestException.class)
          .hasMessageContaining("fal.queue.url")
          .hasMessageContaining("SSLHandshakeException")
          .hasMessageContaining("PKIX path building failed");

      scene.with("fal.connection.check", "false").start(1);
      fal.registerRequest(scene.name, SourceScene.ENDPOINT, BY_HAND);
      scene.ask(scene.name);
      awaitLogged(scene, "PKIX path building failed");
      assertThat(fal.streamsOpened(scene.name)).isZero();
    }
  }

  @Test
  void aWrongPasswordOfTheTrustStoreIsSaid() {
    try (SourceScene scene = trusting(fal).with("fal.ssl.truststore.password", "not-the-one")) {
      assertThatThrownBy(() -> scene.rest().putConnector(scene.name, scene.config()))
          .isInstanceOf(ConnectRestException.class)
          .hasMessageContaining("the fal.ssl.* settings cannot be used")
          .hasMessageNotContaining("not-the-one");
    }
  }

  @Test
  void aCertificateOfAnotherHostIsRefused() throws Exception {
    try (ForwardProxy proxy = ForwardProxy.start(USER, PASSWORD);
        SourceScene scene = behind(proxy, trusting(fal))) {
      int port = URI.create(fal.queueUrl()).getPort();
      scene.with("fal.queue.url", "https://elsewhere.example:" + port);
      assertThatThrownBy(() -> scene.rest().putConnector(scene.name, scene.config()))
          .isInstanceOf(ConnectRestException.class)
          .hasMessageContaining("SSLPeerUnverifiedException")
          .hasMessageContaining("elsewhere.example not verified");

      scene.with("fal.ssl.endpoint.identification.algorithm", "").start(1);
      fal.registerRequest(scene.name, SourceScene.ENDPOINT, BY_HAND).advance();
      scene.ask(scene.name);
      Histories.assertWhole(scene.name, scene.awaitOutcome(scene.name));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aProxyIsGivenItsCredentials(boolean tls) throws Exception {
    try (FalSimulator behind = simulator(tls, true);
        ForwardProxy proxy = ForwardProxy.start(USER, PASSWORD);
        SourceScene scene =
            behind(proxy, tls ? trusting(behind) : new SourceScene(SharedCluster.get(), behind, 1))
                .start(1)) {
      behind.registerRequest(scene.name, SourceScene.ENDPOINT, BY_HAND);
      scene.ask(scene.name);
      scene.topics().awaitRecords(scene.status, 1);
      behind.request(scene.name).advance();
      Histories.assertWhole(scene.name, scene.awaitOutcome(scene.name));

      String authority = URI.create(behind.queueUrl()).getAuthority();
      assertThat(proxy.passedRequests())
          .isNotEmpty()
          .allMatch(
              line ->
                  line.startsWith(tls ? "CONNECT " + authority : "GET http://" + authority)
                      || line.startsWith("HEAD http://" + authority));
      assertThat(scene.cluster.worker().log()).doesNotContain(PASSWORD, basic());
    }
  }

  @Test
  void aProxyThatIsGivenWrongCredentialsIsNamed() throws Exception {
    try (ForwardProxy proxy = ForwardProxy.start(USER, "another");
        SourceScene scene = behind(proxy, trusting(fal))) {
      assertThatThrownBy(() -> scene.rest().putConnector(scene.name, scene.config()))
          .isInstanceOf(ConnectRestException.class)
          .hasMessageContaining("authenticate with proxy")
          .hasMessageNotContaining(PASSWORD);
      assertThat(proxy.passedRequests()).isEmpty();
      assertThat(proxy.refusedRequests()).isNotEmpty();
      assertThat(scene.cluster.worker().log()).doesNotContain(PASSWORD, basic());
    }
  }

  private static FalSimulator simulator(boolean tls, boolean http2) {
    return FalSimulator.start(
        SimulatorConfig.builder().tls(tls).http2(http2).keepAlive(Duration.ofMillis(500)).build());
  }

  private static SourceScene trusting(FalSimulator secure) {
    return new SourceScene(SharedCluster.get(), secure, 1)
        .with("status.max.open.streams", "500")
        .with("fal.ssl.truststore.location", secure.trustStore().toString())
        .with("fal.ssl.truststore.password", secure.trustStorePassword())
        .with("fal.ssl.truststore.type", "PKCS12");
  }

  private static SourceScene behind(ForwardProxy proxy, SourceScene scene) {
    return scene
        .with("fal.proxy.url", proxy.url())
        .with("fal.proxy.user", USER)
        .with("fal.proxy.password", PASSWORD);
  }

  private static String basic() {
    return Base64.getEncoder().encodeToString((USER + ":" + PASSWORD).getBytes());
  }

  private static void awaitLogged(SourceScene scene, String words) {
    ConnectWorker worker = scene.cluster.worker();
    Waits.until(
        words + " in the log",
        SourceScene.LIMIT,
        () ->
            worker
                .log()
                .lines()
                .filter(line -> line.contains(scene.name) && line.contains(words))
                .findFirst(),
        worker::logTail);
  }
}
