// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.cluster.client.ConnectRestException;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Secrets, in what a worker that logs all it can logs, answers, publishes and tells by JMX. */
class SecretsIT {
  private static SecretiveWorker worker;

  @BeforeAll
  static void start() {
    worker = SecretiveWorker.start();
  }

  @AfterAll
  static void stop() {
    if (worker != null) {
      worker.close();
    }
  }

  @Test
  void secretsAreNowhereToBeFound() {
    List<TestedConnector> trials = new ArrayList<>();
    try {
      Map<TestedConnector.Kind, TestedConnector> working =
          new EnumMap<>(TestedConnector.Kind.class);
      for (TestedConnector.Kind kind : TestedConnector.Kind.values()) {
        working.put(kind, worker.trial(kind, "right").withErrorTolerance().start());
      }
      trials.addAll(working.values());
      working.values().forEach(SecretsIT::work);
      trials.addAll(denied());
      trials.addAll(cutOff());
      trials.addAll(lockedOut());
      worker.assertUsed(working);
      SecretSearch places = new SecretSearch(worker);
      trials.forEach(places::add);
      places.addAll(refusedConfigurations(working));
      places.assertClean();
    } finally {
      trials.forEach(TestedConnector::close);
    }
  }

  /** Meets servers that repeat what they were sent, and has something to tell of that. */
  private static void work(TestedConnector trial) {
    String echo = "you came with " + worker.echo("right");
    Fault passing =
        Fault.reply(503, Map.of("X-Fal-Error-Type", echo), "{\"detail\":\"" + echo + "\"}");
    Fault lasting = Fault.reply(422, Map.of(), "{\"detail\":[{\"msg\":\"" + echo + "\"}]}");
    trial.awaitDone(trial.send());
    trial.sendUnusable();
    trial.awaitUnusable(1);
    switch (trial.kind) {
      case SOURCE -> {
        worker.fal.attachFault(trial.nextKey(), passing, 2);
        worker.fal.attachFault(trial.nextKey(), Surface.RESULT, passing, 1);
        trial.awaitDone(trial.send());
        worker.fal.attachFault(trial.nextKey(), lasting, 1);
        trial.awaitOutcome(trial.send());
        worker.fal.attachFault(trial.nextKey(), Surface.RESULT, lasting, 1);
        trial.awaitOutcome(trial.send());
      }
      case REALTIME -> {
        // Another session, with another token.
        worker.fal.expireTokens();
        worker.fal.attachFault(trial.endpoint, Surface.REALTIME, passing, 1);
        worker.fal.attachFault(Surface.TOKENS, passing, 1);
        worker.fal.resetConnections();
        trial.awaitDone(trial.send());
      }
      case STREAM, QUEUE -> {
        boolean queue = trial.kind == TestedConnector.Kind.QUEUE;
        Surface surface = queue ? Surface.SUBMIT : Surface.HTTP_STREAM;
        worker.fal.attachFault(trial.endpoint, surface, passing, 1);
        trial.awaitDone(trial.send());
        Fault refused =
            queue ? Fault.reply(422, Map.of(), echo + " and " + worker.webhook()) : lasting;
        worker.fal.attachFault(trial.endpoint, surface, refused, 1);
        trial.send();
        trial.awaitUnusable(2);
      }
    }
  }

  /** Keys that are refused, which the answer repeats. */
  private static List<TestedConnector> denied() {
    List<TestedConnector> trials = new ArrayList<>();
    // Nobody is turned away before the fault: the answer is to have the key in it.
    worker.fal.setApiKey(null);
    for (TestedConnector.Kind kind : TestedConnector.Kind.values()) {
      int status = kind == TestedConnector.Kind.STREAM ? 403 : 401;
      Fault fault = Fault.status(status, worker.echo("wrong") + " is no key");
      TestedConnector trial = worker.trial(kind, "wrong").start();
      trials.add(trial);
      switch (kind) {
        case SOURCE -> worker.fal.attachFault(trial.nextKey(), fault, 1);
        // As often as an input may be tried.
        case REALTIME -> worker.fal.attachFault(Surface.TOKENS, fault, 3);
        case STREAM -> worker.fal.attachFault(trial.endpoint, Surface.HTTP_STREAM, fault, 1);
        case QUEUE -> worker.fal.attachFault(trial.endpoint, Surface.SUBMIT, fault, 1);
      }
      trial.send();
      assertThat(trial.awaitFailure()).contains("HTTP " + status, "[hidden] is no key");
    }
    worker.fal.setApiKey(worker.secrets.get("right"));
    return trials;
  }

  /** Those who cannot get where they want to. */
  private static List<TestedConnector> cutOff() {
    TestedConnector unreachable =
        worker
            .trial(TestedConnector.Kind.QUEUE, "right")
            .with("fal.queue.url", "https://127.0.0.1:1");
    unreachable.with("fal.proxy.url", null).with("fal.proxy.user", null);
    unreachable.with("fal.proxy.password", null);
    TestedConnector untrusting =
        worker
            .trial(TestedConnector.Kind.REALTIME, "right")
            .with("fal.ssl.truststore.location", null);
    untrusting.with("fal.ssl.truststore.password", null).with("fal.ssl.truststore.type", null);
    TestedConnector proxy =
        worker
            .trial(TestedConnector.Kind.SOURCE, "right")
            .with("fal.proxy.password", worker.ref("wrong"));
    TestedConnector stranger =
        worker.trial(TestedConnector.Kind.STREAM, "right").withClient(worker.stranger());
    awaitLogged(unreachable, "ConnectException");
    awaitLogged(untrusting, "PKIX path building failed");
    awaitLogged(proxy, "authenticate with proxy");
    stranger.with("fal.connection.check", "false").post();
    assertThat(stranger.awaitFailure()).contains("Authentication failed");
    return List.of(unreachable, untrusting, proxy, stranger);
  }

  /** Those whose password gets a quote in it while they run, which their login cannot have. */
  private static List<TestedConnector> lockedOut() {
    List<TestedConnector> trials = new ArrayList<>();
    for (TestedConnector.Kind kind : TestedConnector.Kind.values()) {
      String file = "kafka-" + kind.name().toLowerCase();
      TestedConnector trial =
          worker.trial(kind, "right").withClient(worker.passwordInFile(file)).start();
      trials.add(trial);
      worker.breakPassword(file);
      trial.rest().restart(trial.name);
      assertThat(trial.awaitFailure())
          .contains(kind.client + "sasl.jaas.config: cannot be read: an option has no value")
          .doesNotContain("s3cr");
      // The search validates it once more, which is refused at the same key.
      assertThat(trial.validate().errors()).containsKey(kind.client + "sasl.jaas.config");
    }
    return trials;
  }

  private static void awaitLogged(TestedConnector trial, String words) {
    trial.with("fal.connection.check", "false").start().send();
    worker.awaitLogged(trial.name, words);
    trial.with("fal.connection.check", "true");
  }

  /** What a worker says of configurations it does not take. */
  private static Map<String, String> refusedConfigurations(
      Map<TestedConnector.Kind, TestedConnector> working) {
    TestedConnector queue = working.get(TestedConnector.Kind.QUEUE);
    queue.with("queue.webhook.url", "no-url-" + worker.ref("webhook"));
    queue.with("requests.producer.linger.ms", "soon").with("queue.max.in.flight", "many");
    try {
      queue.post();
      throw new AssertionError("It was taken");
    } catch (ConnectRestException e) {
      assertThat(e).hasMessageContaining("queue.webhook.url: not an http or https URL");
      return Map.of("a refused configuration", e.getMessage());
    }
  }
}
