// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.process.Jdks;
import io.falconnect.cluster.worker.WorkerOptions;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.realtime.RealtimeApp;
import io.falconnect.simulator.realtime.RealtimeHandle;
import io.falconnect.simulator.stream.StreamApp;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** All sinks while their broker stands still, as after {@code kill -STOP}. */
class FrozenBrokerIT {
  private static final Duration FROZEN = Duration.ofSeconds(12);
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int INPUTS = 600;
  private static final int IN_FLIGHT = 2;

  @Test
  void whileKafkaStandsStillNoMoreIsStartedThanMayBeInFlightAndThenAllGoesOn() {
    try (FalSimulator fal = FalSimulator.start();
        KafkaCluster cluster = KafkaCluster.start(options(), 1);
        SinkScene queue = SinkScene.queue(cluster, fal, 1);
        SinkScene stream = SinkScene.stream(cluster, fal, 1);
        SinkScene realtime = SinkScene.realtime(cluster, fal, 1)) {
      fal.registerStreamApp(stream.endpoint, StreamApp.echo());
      RealtimeHandle app =
          fal.registerRealtimeApp(realtime.endpoint, RealtimeApp.builder().build());
      List<Flow> flows =
          List.of(
              new Flow(
                  queue.with("queue.max.in.flight", "" + IN_FLIGHT),
                  IN_FLIGHT,
                  () -> posted(fal, queue, Surface.SUBMIT)),
              new Flow(
                  stream.with("stream.max.in.flight", "" + IN_FLIGHT),
                  IN_FLIGHT,
                  () -> posted(fal, stream, Surface.HTTP_STREAM)),
              // As many unanswered ones, and as many that are answered and wait for Kafka.
              new Flow(
                  realtime.with("realtime.max.in.flight", "" + IN_FLIGHT),
                  2 * IN_FLIGHT,
                  app::inputCount));
      flows.forEach(flow -> flow.scene.sendAll(INPUTS, Answers::input).start(1));
      flows.forEach(flow -> flow.scene.topics().awaitRecords(flow.scene.results, 50));

      cluster.brokerProcess().process().suspend();
      List<Long> before = flows.stream().map(flow -> flow.started.getAsLong()).toList();
      assertThat(before).allMatch(started -> started < INPUTS - 100);
      await()
          .during(FROZEN)
          .atMost(FROZEN.plus(LIMIT))
          .until(
              () ->
                  flows.stream()
                      .allMatch(
                          flow ->
                              flow.started.getAsLong() - before.get(flows.indexOf(flow))
                                  <= flow.most));
      cluster.brokerProcess().process().resume();

      for (Flow flow : flows) {
        flow.scene.topics().awaitRecords(flow.scene.results, INPUTS);
        Deliveries.awaitAllCommitted(flow.scene);
        assertThat(flow.scene.rest().status(flow.scene.name).isAll("RUNNING", 1)).isTrue();
      }
      assertThat(fal.submittedIds()).hasSize(INPUTS);
    }
  }

  /**
   * A sink at work.
   *
   * @param most how many inputs may be started while Kafka acknowledges nothing
   * @param started how many inputs were started so far
   */
  private record Flow(SinkScene scene, int most, LongSupplier started) {}

  private static long posted(FalSimulator fal, SinkScene scene, Surface surface) {
    return fal.receivedRequests().stream()
        .filter(request -> request.surface() == surface)
        .filter(request -> request.path().startsWith("/" + scene.endpoint))
        .count();
  }

  /** The worker stays in its group: otherwise its tasks would be started again. */
  private static WorkerOptions options() {
    return WorkerOptions.defaults()
        .groupId("frozen")
        .exactlyOnce(false)
        .offsetFlushInterval(Duration.ofMinutes(1))
        .property("session.timeout.ms", "60000")
        .jdk(Jdks.workerJdk());
  }
}
