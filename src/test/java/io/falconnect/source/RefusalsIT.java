// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import static io.falconnect.source.SourceScene.texts;
import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.cluster.SharedCluster;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.queue.Script;
import io.falconnect.source.state.Histories;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Refusals that say nothing about a request: they delay its watch, and do not end it. */
class RefusalsIT {
  private static FalSimulator fal;

  @BeforeAll
  static void start() {
    fal = FalSimulator.start();
  }

  @AfterAll
  static void stop() {
    fal.close();
  }

  @Test
  void limitsOfTheRateAndANewRequestThatIsUnknownEndNoWatch() {
    try (SourceScene scene =
        new SourceScene(SharedCluster.get(), fal, 1)
            .with("fal.queue.url", "http://127.0.0.1:1," + fal.queueUrl())
            .with("fal.retry.timeout.ms", "1000")
            .start(1)) {
      Script done = Script.builder().completed().build();
      List<String> ids = List.of("unknown", "limited-stream", "limited-result", "limited-long");
      ids.forEach(id -> fal.registerRequest(id, SourceScene.ENDPOINT, done));
      fal.attachFault("unknown", Fault.NOT_FOUND, 5);
      fal.attachFault("limited-stream", Fault.TOO_MANY_REQUESTS, FalSimulator.ALWAYS);
      fal.attachFault(
          "limited-result", Surface.RESULT, Fault.TOO_MANY_REQUESTS, FalSimulator.ALWAYS);
      fal.attachFault("limited-long", Fault.retryAfterSeconds(3), 1);
      fal.registerRequest("clock", SourceScene.ENDPOINT, Script.lasting(Duration.ofSeconds(5)));
      ids.forEach(scene::ask);
      scene.ask("clock");

      scene.awaitOutcome("clock");
      assertThat(texts(scene.awaitOutcome("unknown"), "outcome")).containsExactly("SUCCEEDED");
      assertThat(texts(scene.awaitOutcome("limited-long"), "outcome")).containsExactly("SUCCEEDED");
      assertThat(scene.events("limited-stream")).isEmpty();
      scene.await("completed", events -> events.containsKey("limited-result"));
      assertThat(texts(scene.events("limited-result"), "outcome")).containsExactly("null");
      fal.clearFaults();
      scene.awaitOutcomes(5).forEach(Histories::assertWhole);
      assertThat(texts(scene.events("limited-stream"), "outcome")).endsWith("SUCCEEDED");
      assertThat(texts(scene.events("limited-result"), "outcome"))
          .containsExactly("null", "SUCCEEDED");
    }
  }

  @Test
  void aRequestThatFalHasNotKnownForTenSecondsIsNotFoundAndAnOldOneAtOnce() {
    try (SourceScene scene = new SourceScene(SharedCluster.get(), fal, 1).start(1)) {
      scene.ask("never-known");
      scene.askLongAgo("forgotten");
      assertThat(texts(scene.awaitOutcome("forgotten"), "outcome")).containsExactly("NOT_FOUND");
      assertThat(fal.streamsOpened("forgotten")).isZero();
      assertThat(scene.events("never-known")).isEmpty();
      assertThat(texts(scene.awaitOutcome("never-known"), "outcome")).containsExactly("NOT_FOUND");
    }
  }
}
