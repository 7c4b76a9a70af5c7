// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.falconnect.cluster.SharedCluster;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.account.ReceivedRequest;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Refusals that say nothing about an input: they delay it, and do not fail it. */
class SinkRefusalsIT {
  private static FalSimulator fal;

  @BeforeAll
  static void start() {
    fal = FalSimulator.start();
  }

  @AfterAll
  static void stop() {
    fal.close();
  }

  @ParameterizedTest
  @EnumSource(names = {"SUBMIT", "HTTP_STREAM", "REALTIME"})
  void limitsOfTheRateEndNoInput(Surface surface) {
    try (SinkScene scene = scene(surface)) {
      fal.attachFault(scene.endpoint, surface, Fault.TOO_MANY_REQUESTS, FalSimulator.ALWAYS);
      scene.start(1).send("k0", Answers.input(0));
      // So many attempts take longer than the time after which failing inputs are given up.
      await().atMost(SinkScene.LIMIT).until(() -> received(scene, surface).size() >= 12);
      assertThat(scene.results()).isEmpty();
      assertThat(scene.topics().readAll(scene.deadLetters)).isEmpty();

      fal.clearFaults();
      assertThat(scene.topics().awaitRecords(scene.results, 1).get(0).value())
          .doesNotContain("\"error\":\"");
      assertThat(scene.topics().readAll(scene.deadLetters)).isEmpty();
      assertThat(received(scene, surface))
          .allSatisfy(
              request -> assertThat(request.headers()).containsEntry("x-fal-store-io", "0"));
    }
  }

  /** The first of fal's hosts is away, and a header goes with each request. */
  private static SinkScene scene(Surface surface) {
    SinkScene scene =
        switch (surface) {
          case SUBMIT -> SinkScene.queue(SharedCluster.get(), fal, 1);
          case HTTP_STREAM -> SinkScene.stream(SharedCluster.get(), fal, 1);
          default -> SinkScene.realtime(SharedCluster.get(), fal, 1);
        };
    return scene
        .tolerant()
        .with("fal.queue.url", "http://127.0.0.1:1," + fal.queueUrl())
        .with("fal.run.url", "http://127.0.0.1:1," + fal.runUrl())
        .with("fal.rest.url", "http://127.0.0.1:1," + fal.restUrl())
        .with("fal.header.x-fal-store-io", "0")
        .with("fal.retry.timeout.ms", "1000");
  }

  private static List<ReceivedRequest> received(SinkScene scene, Surface surface) {
    return fal.receivedRequests().stream()
        .filter(request -> request.surface() == surface)
        .filter(request -> request.path().startsWith("/" + scene.endpoint))
        .toList();
  }
}
