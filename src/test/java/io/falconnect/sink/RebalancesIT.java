// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.SharedCluster;
import io.falconnect.cluster.client.ConnectorStatus;
import io.falconnect.cluster.process.Jdks;
import io.falconnect.cluster.worker.ConnectWorker;
import io.falconnect.cluster.worker.WorkerOptions;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.realtime.RealtimeApp;
import io.falconnect.simulator.stream.StreamApp;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Partitions move between tasks without all of them being taken away: by the cooperative assignor,
 * and by Kafka's newer protocol of consumer groups, where the broker assigns them.
 */
class RebalancesIT {
  private static final Duration WORK = Duration.ofMillis(20);
  private static final int PARTITIONS = 4;
  private static final int ALL = 900;
  private static final int ADDED = 20;
  private static final int MOST_REPEATS = 150;

  /**
   * Connect 4.3 cannot forget partitions that the broker takes away by the newer protocol, once it
   * has committed offsets: its metrics have a map that cannot be changed.
   */
  private static final String CONNECT_FAILURE = "SinkTaskMetricsGroup.clearOffsets";

  private static FalSimulator fal;
  private static KafkaCluster cluster;

  /** How the consumers of a group share partitions. */
  enum Sharing {
    COOPERATIVE(
        Map.of(
            "consumer.override.partition.assignment.strategy",
            "org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
            "consumer.override.session.timeout.ms",
            "3000",
            "consumer.override.heartbeat.interval.ms",
            "1000")),
    BY_THE_BROKER(Map.of("consumer.override.group.protocol", "consumer"));

    private final Map<String, String> settings;

    Sharing(Map<String, String> settings) {
      this.settings = settings;
    }
  }

  @BeforeAll
  static void start() {
    fal = FalSimulator.start();
    WorkerOptions options =
        WorkerOptions.defaults()
            .groupId("rebalances")
            .exactlyOnce(false)
            .offsetFlushInterval(Duration.ofMillis(500))
            .property("session.timeout.ms", "3000")
            .property("scheduled.rebalance.max.delay.ms", "1000")
            .jdk(Jdks.workerJdk());
    cluster = KafkaCluster.start(SharedCluster.broker(), options, 2);
  }

  @AfterAll
  static void stop() {
    cluster.close();
    fal.close();
  }

  @ParameterizedTest
  @EnumSource
  void everyInputIsAnsweredThoughItsPartitionMoves(Sharing sharing) {
    try (SinkScene queue = scene(SinkScene.queue(cluster, fal, PARTITIONS), sharing);
        SinkScene stream = scene(SinkScene.stream(cluster, fal, PARTITIONS), sharing);
        SinkScene realtime = scene(SinkScene.realtime(cluster, fal, PARTITIONS), sharing)) {
      List<SinkScene> sinks = List.of(queue, stream, realtime);
      fal.attachFault(
          queue.endpoint, Surface.SUBMIT, Fault.delayedAnswer(WORK), FalSimulator.ALWAYS);
      fal.registerStreamApp(stream.endpoint, StreamApp.events("{}").firstEventAfter(WORK));
      fal.registerRealtimeApp(realtime.endpoint, RealtimeApp.builder().work(WORK).build());
      sinks.forEach(sink -> sink.start(1));
      send(sinks, 0, 300);
      awaitAnswers(sinks, 100);

      scale(sinks, 3);
      awaitAnswers(sinks, 200);
      sinks.forEach(RebalancesIT::addPartition);
      send(sinks, 300, 600);
      awaitAnswers(sinks, 400);
      scale(sinks, 2);
      awaitAnswers(sinks, 500);

      ConnectWorker killed = cluster.worker();
      killed.kill();
      send(sinks, 600, ALL);
      awaitAnswers(sinks, 700);
      killed.launch().awaitReady();
      awaitAnswers(sinks, ALL + ADDED);
      for (SinkScene sink : sinks) {
        awaitTasks(sink, 2);
        assertAnsweredWithFewRepeats(sink);
        Deliveries.awaitAllCommitted(sink);
      }
      cluster.workers().forEach(RebalancesIT::assertOnlyConnectFailed);
    }
  }

  private static SinkScene scene(SinkScene scene, Sharing sharing) {
    sharing.settings.forEach(scene::with);
    return scene
        .tolerant()
        .with("queue.max.in.flight", "4")
        .with("consumer.override.metadata.max.age.ms", "1000")
        .with("consumer.override.max.poll.records", "50");
  }

  private static void send(List<SinkScene> sinks, int from, int to) {
    sinks.forEach(sink -> sink.sendAll(from, to, Answers::input));
  }

  /** Adds a partition to the inputs, and a few inputs to it. */
  private static void addPartition(SinkScene sink) {
    cluster.topics().setPartitions(sink.inputs, PARTITIONS + 1);
    for (int i = ALL; i < ALL + ADDED; i++) {
      cluster.topics().produce(sink.inputs, PARTITIONS, "k" + i, Answers.input(i));
    }
  }

  private static void scale(List<SinkScene> sinks, int tasks) {
    for (SinkScene sink : sinks) {
      cluster.rest().putConnector(sink.name, sink.with("tasks.max", "" + tasks).config());
    }
    sinks.forEach(sink -> awaitTasks(sink, tasks));
  }

  private static void awaitTasks(SinkScene sink, int tasks) {
    cluster
        .rest()
        .awaitStatus(
            sink.name,
            tasks + " tasks of " + sink.name,
            SinkScene.LIMIT,
            status -> {
              restartWhatConnectFailed(sink, status);
              return status.isAll("RUNNING", tasks);
            });
  }

  private static void awaitAnswers(List<SinkScene> sinks, int inputs) {
    for (SinkScene sink : sinks) {
      sink.await(
          sink.name + " has answered " + inputs + " inputs",
          records -> {
            restartWhatConnectFailed(sink, cluster.rest().status(sink.name));
            return records.stream().map(RebalancesIT::coordinates).distinct().count() >= inputs;
          });
    }
  }

  /** Restarts tasks that Connect has failed by itself. No other task may fail. */
  private static void restartWhatConnectFailed(SinkScene sink, ConnectorStatus status) {
    for (ConnectorStatus.Task task : status.tasks()) {
      if (task.state().equals("FAILED")) {
        assertThat(task.trace()).contains(CONNECT_FAILURE);
        String path = "/connectors/" + sink.name + "/tasks/" + task.id() + "/restart";
        cluster.rest().request("POST", path, null);
      }
    }
  }

  private static String coordinates(ConsumerRecord<String, String> record) {
    return Answers.header(record, "fal.input.partition")
        + "/"
        + Answers.header(record, "fal.input.offset");
  }

  /** Each input has its answer. Repeats are few, and have the coordinates of the first. */
  private static void assertAnsweredWithFewRepeats(SinkScene sink) {
    List<ConsumerRecord<String, String>> answers = sink.topics().readAll(sink.results);
    Set<String> answered = new HashSet<>();
    for (ConsumerRecord<String, String> answer : answers) {
      assertThat(answer.value()).doesNotContain("\"error\":\"");
      answered.add(coordinates(answer));
    }
    Set<String> inputs =
        sink.topics().readAll(sink.inputs).stream()
            .map(input -> input.partition() + "/" + input.offset())
            .collect(Collectors.toSet());
    assertThat(answered).as(sink.name).isEqualTo(inputs);
    assertThat(answers.size() - inputs.size()).as("repeats").isLessThan(MOST_REPEATS);
    assertThat(sink.topics().readAll(sink.deadLetters)).isEmpty();
  }

  /** Connect says so where it cannot commit during a rebalance; it commits later. */
  private static void assertOnlyConnectFailed(ConnectWorker worker) {
    assertThat(worker.log().lines())
        .filteredOn(line -> line.contains(" ERROR ") || line.contains("IllegalState"))
        .allMatch(
            line ->
                line.contains("Commit of offsets threw an unexpected exception")
                    || line.contains("Task threw an uncaught and unrecoverable exception")
                    || line.contains("Reconciliation failed"));
  }
}
