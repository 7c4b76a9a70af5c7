// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import static io.falconnect.source.SourceScene.json;
import static io.falconnect.source.SourceScene.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.cluster.SharedCluster;
import io.falconnect.cluster.client.ConnectRestException;
import io.falconnect.cluster.process.Waits;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import io.falconnect.simulator.queue.Script;
import io.falconnect.source.state.Histories;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an operator does to a connector, and to its control topic. */
class LifecycleIT {
  private static final Script BY_HAND =
      Script.builder().manual().inQueue(2).inQueue(1).inProgress().completed().build();

  private static FalSimulator fal;
  private SourceScene scene;

  @BeforeAll
  static void start() {
    fal = FalSimulator.start(SimulatorConfig.builder().keepAlive(Duration.ofMillis(500)).build());
  }

  @AfterAll
  static void stop() {
    fal.close();
  }

  @BeforeEach
  void open() {
    scene = new SourceScene(SharedCluster.get(), fal, 1);
  }

  @AfterEach
  void close() {
    scene.close();
  }

  @Test
  void pausedAndResumed() {
    scene.start(1);
    String id = ask("paused");
    scene.rest().pause(scene.name);
    fal.request(id).advance();
    String asked = scene.name + "-asked-while-paused";
    fal.registerRequest(asked, SourceScene.ENDPOINT, BY_HAND);
    scene.ask(asked);
    assertThat(scene.events(id)).hasSize(1);

    scene.rest().resume(scene.name);
    scene.topics().awaitRecords(scene.status, 3);
    fal.request(id).advance().advance();
    fal.request(asked).advance().advance().advance();
    Histories.assertWhole(scene.awaitOutcomes(2), List.of(id, asked));
    assertThat(texts(scene.events(id), "queue_position")).startsWith("2", "1");
  }

  @Test
  void stoppedAndResumedWithTheOffsetsReadInBetween() {
    scene.start(1);
    String done = ask("done");
    fal.request(done).advance().advance().advance();
    scene.awaitOutcome(done);
    String open = ask("open");
    scene.rest().stop(scene.name);

    assertThat(scene.offsets()).hasSize(2);
    JsonNode offset = scene.offset(1);
    assertThat(offset.path("version").asInt()).isEqualTo(2);
    assertThat(offset.path("topic").asText()).isEqualTo(scene.control);
    assertThat(offset.path("partitions").asInt()).isEqualTo(1);
    assertThat(offset.path("next").asLong()).isEqualTo(2);
    assertThat(offset.path("floor").asLong()).isLessThanOrEqualTo(2);
    assertThat(scene.openWatches()).containsOnlyKeys(open);
    assertThat(scene.openWatches().get(open).path(0).asLong()).isEqualTo(1);

    fal.request(open).advance();
    scene.rest().resume(scene.name);
    scene.topics().awaitRecords(scene.status, 6);
    fal.request(open).advance().advance();
    Histories.assertWhole(scene.awaitOutcomes(2), List.of(done, open));
  }

  @Test
  void controlRecordsThatWereDeletedFailTheTaskUntilTheOperatorGoesOnWithoutThem() {
    scene.start(1);
    String id = ask("before");
    scene.rest().stop(scene.name);
    scene.ask("lost-1");
    scene.ask("lost-2");
    deleteControlRecordsBefore(3);

    scene.rest().resume(scene.name);
    assertThat(scene.rest().awaitFailed(scene.name).traces())
        .contains(
            "control records of " + scene.control + "-0",
            "offsets 1 to 2 were deleted",
            "may have been read already",
            "PATCH");

    scene.rest().stop(scene.name);
    scene.alterFloor(3);
    scene.rest().resume(scene.name);
    scene.rest().awaitRunning(scene.name, 1);
    String after = ask("after");
    for (String request : List.of(id, after)) {
      fal.request(request).advance().advance().advance();
    }
    Histories.assertWhole(scene.awaitOutcomes(2), List.of(id, after));
  }

  @Test
  void withToleranceTheTaskGoesOnBehindControlRecordsThatWereDeleted() {
    scene.with("errors.tolerance", "all").start(1);
    finishAndAskForNothing();
    scene.rest().stop(scene.name);
    deleteControlRecordsBefore(6);
    scene.rest().resume(scene.name);
    scene.rest().awaitRunning(scene.name, 1);
    ask("after");
    assertThat(scene.cluster.worker().log())
        .contains("offsets 1 to 5 were deleted. They may have been read already");
  }

  @Test
  void withHeartbeatsThePositionGoesOnThoughNothingIsPublished() {
    String heartbeats = scene.name + "-heartbeats";
    scene.topics().create(heartbeats, 1);
    scene
        .with("control.heartbeat.topic", heartbeats)
        .with("control.heartbeat.interval.ms", "200")
        .start(1);
    finishAndAskForNothing();
    scene
        .topics()
        .awaitRecords(
            heartbeats,
            "the position behind the null records",
            SourceScene.LIMIT,
            records ->
                records.stream()
                    .anyMatch(record -> json(record.value()).path("next_offset").asLong() == 6));
    assertThat(scene.topics().readAll(heartbeats))
        .extracting(ConsumerRecord::key)
        .containsOnly(scene.control + "-0");
    scene.rest().stop(scene.name);
    deleteControlRecordsBefore(6);
    scene.rest().resume(scene.name);
    scene.rest().awaitRunning(scene.name, 1);
    ask("after");
  }

  /** One request that is done, and null records for ids that nobody watches. */
  private void finishAndAskForNothing() {
    String done = ask("done");
    fal.request(done).advance().advance().advance();
    scene.awaitOutcome(done);
    for (int i = 0; i < 5; i++) {
      scene.ask("nobody-" + i, null);
    }
  }

  private void deleteControlRecordsBefore(long offset) {
    TopicPartition partition = new TopicPartition(scene.control, 0);
    scene
        .topics()
        .admin()
        .deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(offset)))
        .all()
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }

  @Test
  void aControlTopicThatIsMissingIsNamed() {
    String said = "'nowhere' does not exist";
    scene.with("control.topic", "nowhere");
    assertThatThrownBy(() -> scene.rest().putConnector(scene.name, scene.config()))
        .isInstanceOf(ConnectRestException.class)
        .hasMessageContaining(said);

    scene.with("fal.connection.check", "false");
    scene.rest().putConnector(scene.name, scene.config());
    assertThat(scene.rest().awaitFailed(scene.name).traces()).contains(said);
  }

  @Test
  void aStatusTopicThatIsMissingIsNamedUntilItExists() {
    String missing = scene.name + "-missing";
    scene.with("status.topic", missing).start(1);
    awaitLogged("The topic of status.topic, '" + missing + "', does not exist at ");
    fal.registerRequest(scene.name, SourceScene.ENDPOINT, BY_HAND);
    scene.ask(scene.name);
    awaitLogged("records wait, for topics [" + missing + "]");
    scene.topics().create(missing, 1);
    scene.topics().awaitRecords(missing, 1);
  }

  private void awaitLogged(String text) {
    Waits.until(
        "the log to have: " + text,
        SourceScene.LIMIT,
        () -> Optional.of(scene.cluster.worker().log()).filter(log -> log.contains(text)),
        () -> scene.cluster.worker().log());
  }

  @Test
  void aControlTopicThatIsDeletedFailsTheConnector() {
    scene.start(1);
    ask("watched");
    scene.topics().delete(scene.control);
    assertThat(scene.rest().awaitFailed(scene.name).traces())
        .contains("'" + scene.control + "' does not exist");
    awaitPartitionThreads(0);

    scene.topics().create(scene.control, 1);
    scene.rest().stop(scene.name);
    scene.resetOffsets();
    scene.rest().resume(scene.name);
    scene.rest().awaitRunning(scene.name, 1);
    awaitPartitionThreads(1);
    ask("again");
    List<String> said = scene.cluster.worker().log().lines().toList();
    assertThat(said)
        .filteredOn(
            line ->
                line.contains("Connector raised an error")
                    && line.contains("fal-" + scene.name + "-partitions"))
        .hasSize(1);
    // Kafka logs it when the beans of a client are removed.
    assertThat(said)
        .filteredOn(line -> line.contains(scene.name + "-partitions unregistered"))
        .hasSize(1);
  }

  /** The threads that look for new partitions of this control topic. */
  private void awaitPartitionThreads(int count) {
    Waits.until(
        count + " threads that look for partitions",
        SourceScene.LIMIT,
        () ->
            Optional.of(scene.cluster.worker().takeThreadDump())
                .filter(
                    threads ->
                        threads
                                .lines()
                                .filter(
                                    line -> line.contains("\"fal-" + scene.name + "-partitions\""))
                                .count()
                            == count),
        () -> scene.cluster.worker().takeThreadDump());
  }

  /** Asks for a watch of a request that is moved on by hand, and waits for its first event. */
  private String ask(String what) {
    String id = scene.name + "-" + what;
    fal.registerRequest(id, SourceScene.ENDPOINT, BY_HAND);
    scene.ask(id);
    scene.await(id + " has an event", events -> events.containsKey(id));
    return id;
  }
}
