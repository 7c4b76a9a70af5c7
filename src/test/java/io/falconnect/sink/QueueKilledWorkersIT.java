// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.process.Jdks;
import io.falconnect.cluster.worker.ConnectWorker;
import io.falconnect.cluster.worker.WorkerOptions;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/**
 * A worker that joins, and one that is killed as {@code kill -9} does, while inputs are under way.
 */
class QueueKilledWorkersIT {
  private static final Duration LATE = Duration.ofMillis(10);
  private static final int BEFORE = 1_500;
  private static final int ALL = 4_000;
  private static final int IN_FLIGHT = 4;

  /** The killed task has started so many inputs at most that are not committed. */
  private static final int MOST_REPEATS = 4 * IN_FLIGHT;

  @Test
  void aWorkerThatJoinsMakesNoRepeatsAndOneThatIsKilledFew() {
    try (FalSimulator fal = FalSimulator.start();
        KafkaCluster cluster = KafkaCluster.start(options(), 1);
        SinkScene scene = scene(cluster, fal)) {
      fal.attachFault(
          scene.endpoint, Surface.SUBMIT, Fault.delayedAnswer(LATE), FalSimulator.ALWAYS);
      scene.start(2).sendAll(BEFORE, Answers::input);
      scene.topics().awaitRecords(scene.results, 300);
      ConnectWorker joining = cluster.addWorker();
      scene.awaitTaskOn(joining, 2);
      awaitKeys(scene, BEFORE);
      assertThat(fal.submittedIds()).hasSize(BEFORE);
      Deliveries.awaitAllCommitted(scene);

      scene.sendAll(BEFORE, ALL, Answers::input);
      scene.topics().awaitRecords(scene.results, BEFORE + 600);
      cluster.worker().kill();
      List<ConsumerRecord<String, String>> requests = awaitKeys(scene, ALL);
      assertSameCoordinates(scene, requests);
      assertThat(requests.size() - ALL).isLessThanOrEqualTo(MOST_REPEATS);
      assertThat(fal.submittedIds().size() - ALL).isLessThanOrEqualTo(MOST_REPEATS);
      Deliveries.awaitAllCommitted(scene);
    }
  }

  /** Commits are Connect's once a minute: those that are seen were asked for. */
  private static WorkerOptions options() {
    return WorkerOptions.defaults()
        .groupId("queue-killed")
        .exactlyOnce(false)
        .offsetFlushInterval(Duration.ofMinutes(1))
        .property("session.timeout.ms", "3000")
        .property("scheduled.rebalance.max.delay.ms", "1000")
        .jdk(Jdks.workerJdk());
  }

  private static SinkScene scene(KafkaCluster cluster, FalSimulator fal) {
    return SinkScene.queue(cluster, fal, 3)
        .with("tasks.max", "2")
        .with("queue.max.in.flight", "" + IN_FLIGHT)
        .with("consumer.override.session.timeout.ms", "3000")
        .with("consumer.override.heartbeat.interval.ms", "1000");
  }

  private static List<ConsumerRecord<String, String>> awaitKeys(SinkScene scene, int keys) {
    return scene
        .topics()
        .awaitRecords(
            scene.results,
            "requests of " + keys + " inputs",
            SinkScene.LIMIT,
            records -> Answers.inputKeys(records).size() == keys);
  }

  /** Whatever is submitted again is recognisable by where its input is. */
  private static void assertSameCoordinates(
      SinkScene scene, List<ConsumerRecord<String, String>> requests) {
    Map<String, String> inputs = new HashMap<>();
    scene
        .topics()
        .readAll(scene.inputs)
        .forEach(input -> inputs.put(input.key(), input.partition() + "/" + input.offset()));
    assertThat(inputs).hasSize(ALL);
    for (ConsumerRecord<String, String> request : requests) {
      String coordinates =
          Answers.header(request, "fal.input.partition")
              + "/"
              + Answers.header(request, "fal.input.offset");
      assertThat(coordinates).isEqualTo(inputs.get(Answers.header(request, "fal.input.key")));
      assertThat(Answers.header(request, "fal.input.topic")).isEqualTo(scene.inputs);
    }
  }
}
