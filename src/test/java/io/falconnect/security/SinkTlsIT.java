// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.cluster.ForwardProxy;
import io.falconnect.cluster.SharedCluster;
import io.falconnect.cluster.process.Waits;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import java.net.URI;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sinks that reach fal over TLS, with a certificate of a private authority, through a proxy. */
class SinkTlsIT {
  private static final String USER = "connect";
  private static final String PASSWORD = "password-" + UUID.randomUUID();
  private static final String ELSEWHERE = "elsewhere.example";

  private static FalSimulator fal;
  private static ForwardProxy proxy;

  @BeforeAll
  static void start() {
    fal =
        FalSimulator.start(
            SimulatorConfig.builder().tls(true).adoptUnknown(true).apiKey("any-key").build());
    proxy = ForwardProxy.start(USER, PASSWORD);
  }

  @AfterAll
  static void stop() throws Exception {
    proxy.close();
    fal.close();
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SOURCE")
  void aPrivateAuthorityIsTrustedThroughAProxy(TestedConnector.Kind kind) {
    try (TestedConnector trial = trial(kind).start()) {
      trial.awaitDone(trial.send());
      switch (kind) {
        case REALTIME -> assertTunnels(fal.runUrl(), fal.restUrl());
        case STREAM -> assertTunnels(fal.runUrl());
        default -> assertTunnels(fal.queueUrl());
      }
    }
  }

  /** By connections of the trial's own: nobody else's were made to these. */
  private static void assertTunnels(String... urls) {
    for (String url : urls) {
      assertThat(proxy.passedRequests())
          .contains("CONNECT " + URI.create(url).getAuthority() + " HTTP/1.1");
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SOURCE")
  void aCertificateOfAnotherHostIsRefused(TestedConnector.Kind kind) {
    String key = kind == TestedConnector.Kind.QUEUE ? "fal.queue.url" : "fal.run.url";
    try (TestedConnector trial = trial(kind)) {
      String sound = trial.config().get(key);
      trial.with(key, "https://" + ELSEWHERE + ":" + URI.create(sound).getPort());
      assertThat(trial.validate().errors().get(key).toString())
          .contains("SSLPeerUnverifiedException", ELSEWHERE + " not verified");

      trial.with("fal.connection.check", "false").start();
      String input = trial.send();
      awaitLogged(trial, ELSEWHERE + " not verified");
      trial.with(key, sound).start().awaitDone(input);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SOURCE")
  void anUnknownAuthorityAndWrongCredentialsOfTheProxyAreSaid(TestedConnector.Kind kind) {
    try (TestedConnector trial = trial(kind)) {
      trial.with("fal.ssl.truststore.location", null);
      trial.with("fal.ssl.truststore.password", null).with("fal.ssl.truststore.type", null);
      assertThat(trial.validate().errors().toString()).contains("PKIX path building failed");

      trial.with("fal.proxy.password", "wrong-" + PASSWORD);
      assertThat(trial.validate().errors().toString())
          .contains("authenticate with proxy")
          .doesNotContain(PASSWORD);
      trial.with("fal.connection.check", "false").start().send();
      awaitLogged(trial, "authenticate with proxy");
      assertThat(SharedCluster.get().worker().log()).doesNotContain(PASSWORD);
    }
  }

  private static TestedConnector trial(TestedConnector.Kind kind) {
    return new TestedConnector(kind, SharedCluster.get(), fal)
        .with("fal.api.key", "any-key")
        .withTrustStore(fal, fal.trustStorePassword())
        .withProxy(proxy, USER, PASSWORD);
  }

  private static void awaitLogged(TestedConnector trial, String words) {
    Waits.until(
        words + " in the log",
        TestedConnector.LIMIT,
        () ->
            SharedCluster.get()
                .worker()
                .log()
                .lines()
                .filter(line -> line.contains(trial.name) && line.contains(words))
                .findFirst(),
        SharedCluster.get().worker()::logTail);
  }
}
