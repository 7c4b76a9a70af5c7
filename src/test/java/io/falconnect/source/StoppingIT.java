// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.cluster.SharedCluster;
import io.falconnect.cluster.process.Jdks;
import io.falconnect.cluster.process.Waits;
import io.falconnect.cluster.worker.ConnectWorker;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import io.falconnect.simulator.queue.Script;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A connector that is deleted leaves nothing behind on its worker. */
class StoppingIT {
  private static final int STREAMS = 1_000;
  private static final int FIRST_WITH_VIRTUAL_THREADS = 24;

  @Test
  void aThousandOpenStreamsAreLetGo() {
    SimulatorConfig config = SimulatorConfig.builder().keepAlive(Duration.ofSeconds(1)).build();
    try (FalSimulator fal = FalSimulator.start(config);
        SourceScene scene =
            new SourceScene(SharedCluster.get(), fal, 2)
                .with("fal.idle.timeout.ms", "30000")
                .start(1)) {
      ConnectWorker worker = scene.cluster.worker();
      int logBefore = worker.log().length();
      List<String> ids = IntStream.range(0, STREAMS).mapToObj(i -> scene.name + "-" + i).toList();
      Script script = Script.builder().manual().inQueue(0).completed().build();
      ids.forEach(id -> fal.registerRequest(id, SourceScene.ENDPOINT, script));
      scene.askAll(ids);
      scene.topics().awaitRecords(scene.status, STREAMS);
      assertThat(fal.openStreams()).isEqualTo(STREAMS);
      // OkHttp names a thread after the host while it reads from it.
      assertThat(threads(worker).lines().filter(line -> line.contains(fal.queueUrl())).count())
          .isGreaterThanOrEqualTo(STREAMS);

      scene.rest().delete(scene.name);

      await("every stream to be closed", () -> fal.openStreams() == 0, fal::toString);
      await("every connection to be closed", () -> fal.openConnections() == 0, fal::toString);
      // Connect's own threads of the connector are named after it as well.
      await(
          "every thread to be gone",
          () -> leftOf(scene, fal, threads(worker)).isEmpty(),
          () -> String.join("\n", leftOf(scene, fal, threads(worker))));
      // A task that is late is complained about while its thread is still there.
      assertThat(worker.log().substring(logBefore))
          .doesNotContain(
              "Graceful stop of task " + scene.name + "-0 failed",
              "failed to properly shut down",
              "OutOfMemoryError")
          .doesNotContainPattern("ERROR [^\\n]*" + scene.name);
    }
  }

  private static List<String> leftOf(SourceScene scene, FalSimulator fal, String threads) {
    return threads
        .lines()
        .filter(line -> line.contains(scene.name) || line.contains(fal.queueUrl()))
        .toList();
  }

  private static String threads(ConnectWorker worker) {
    return Jdks.workerJdk().feature() >= FIRST_WITH_VIRTUAL_THREADS
        ? worker.takeThreadDump() + worker.takeVirtualThreadDump()
        : worker.takeThreadDump();
  }

  private static void await(String what, BooleanSupplier condition, Supplier<String> diagnosis) {
    Waits.until(
        what,
        Duration.ofSeconds(120),
        () -> Optional.of(true).filter(yes -> condition.getAsBoolean()),
        diagnosis);
  }
}
