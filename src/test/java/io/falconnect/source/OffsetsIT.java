// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import static io.falconnect.source.SourceScene.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.cluster.SharedCluster;
import io.falconnect.cluster.client.ConnectRestException;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import io.falconnect.simulator.queue.Script;
import io.falconnect.source.state.Histories;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Offsets that an operator alters over REST. */
class OffsetsIT {
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
  void noControlRecordBelowAnOperatorsFloorIsRead() {
    scene.start(1);
    String id = ask("kept");
    scene.rest().stop(scene.name);
    String passed = scene.name + "-passed";
    fal.registerRequest(passed, SourceScene.ENDPOINT, BY_HAND);
    scene.ask(passed);
    String behind = scene.name + "-behind";
    fal.registerRequest(behind, SourceScene.ENDPOINT, BY_HAND);
    scene.ask(behind);

    scene.alterFloor(2);
    scene.rest().resume(scene.name);
    for (String request : List.of(id, passed, behind)) {
      fal.request(request).advance().advance().advance();
    }
    Histories.assertWhole(scene.awaitOutcomes(2), List.of(id, behind));
    assertThat(scene.events(passed)).isEmpty();
    scene.rest().stop(scene.name);
    scene.alter("{\"partition\":0}", "null");
    assertThat(scene.offsets().toString()).doesNotContain("{\"partition\":0}");
  }

  @Test
  void whateverWasReadMayBeSetAgain() {
    scene.start(1);
    String id = scene.name + "-odd";
    Script odd = Script.builder().manual().inQueue(-1).status("WAR\u00d6\" \\").completed().build();
    fal.registerRequest(id, SourceScene.ENDPOINT, odd);
    scene.ask(id);
    scene.await("its first event", events -> events.containsKey(id));
    for (int more = 0; more < 2; more++) {
      scene.rest().stop(scene.name);
      scene.alter(SourceScene.shard(0), scene.offset(0).toString());
      scene.rest().resume(scene.name);
      scene.rest().awaitRunning(scene.name, 1);
      fal.request(id).advance();
    }
    List<JsonNode> events = scene.awaitOutcome(id);
    Histories.assertWhole(id, events);
    assertThat(events.get(0).path("queue_position").asLong()).isEqualTo(-1);
  }

  @Test
  void aWatchTakenOutOfOpenIsWatchedNoMore() {
    scene.start(1);
    String gone = ask("gone");
    String kept = ask("kept");
    scene.rest().stop(scene.name);
    assertThat(scene.openWatches()).containsOnlyKeys(gone, kept);

    int streams = fal.streamsOpened(gone);
    scene.alter(SourceScene.shard(0), offset(1, "{}"));
    scene.rest().resume(scene.name);
    for (String id : List.of(gone, kept)) {
      fal.request(id).advance().advance().advance();
    }
    Histories.assertWhole(kept, scene.awaitOutcome(kept));
    assertThat(scene.events(gone)).hasSize(1);
    assertThat(fal.streamsOpened(gone)).isEqualTo(streams);
  }

  @Test
  void aResetConnectorReadsItsControlRecordsFromTheBeginning() {
    scene.start(1);
    String id = ask("reset");
    scene.rest().stop(scene.name);
    scene.resetOffsets();
    assertThat(scene.offsets()).isEmpty();

    scene.rest().resume(scene.name);
    scene.topics().awaitRecords(scene.status, 2);
    assertThat(texts(scene.events(id), "sequence")).containsExactly("0", "0");
  }

  @Test
  void alterationsThatMakeNoSenseAreRefusedAndHarmNothing() {
    scene.start(1);
    String id = ask("unharmed");
    scene.rest().stop(scene.name);
    JsonNode before = scene.offsets();

    refused("{\"version\":1,\"next\":0,\"open\":\"{}\"}", "format version 1");
    refused("{\"version\":3,\"next\":0,\"open\":\"{}\"}", "offset version 3 is not known");
    refused("{\"next\":0,\"open\":\"{}\"}", "'version' is not an integer");
    refused(offset(-1, "{}"), "'next' is negative");
    refused(offset(0, "{}").replace("\"next\":0", "\"next\":\"0\""), "'next' is not an integer");
    refused(offset(0, "{}").replace("\"{}\"", "{}"), "only contain primitive types");
    refused(offset(0, "["), "'open' is not JSON");
    refused(offset(0, "[]"), "'open' is not a JSON object");
    refused(offset(0, "{}").replace("\"next\"", "\"last\":3,\"next\""), "keys other than");
    refused(offset(0, "{}").replace(scene.control, "other"), "of control topic 'other'");
    refused(offset(1, "{\"a/b\":{\"r\":[0]}}"), "'open' has not a number from 0 as element 1");
    refused(offset(1, "{\"a/b\":{\"r\":[0,1,7]}}"), "as element 2");
    refused(offset(1, "{\"a/b\":[\"r\"]}"), "'open' has no object under a/b");
    refused(
        offset(1, "{\"a/b\":{\"r\":[0,0]},\"a/b/c\":{\"r\":[1,0]}}"),
        "two watches of request r of one app");
    refused(offset(1, "{\"a/b\":{\"../c\":[0,0]}}"), "../c");
    refused(offset(1, "{\"alone\":{\"r\":[0,0]}}"), "endpoint id 'alone' is not");
    refused(offset(2, "{\"a/b\":{\"r\":[1,0]}}"), "belongs to shard 1");
    for (String partition :
        List.of(
            "{\"topic\":\"" + scene.control + "\",\"partition\":0}",
            "{\"partition\":1}",
            "{\"partition\":1,\"shard\":0}",
            "{\"partition\":0,\"shard\":4093}",
            "{\"partition\":\"0\"}",
            "{\"partition\":-1}",
            "{\"partition\":0,\"more\":0}")) {
      refused(partition, offset(0, "{}"), "source partition");
    }

    assertThat(scene.offsets()).isEqualTo(before);
    scene.rest().resume(scene.name);
    scene.rest().awaitRunning(scene.name, 1);
    fal.request(id).advance().advance().advance();
    Histories.assertWhole(id, scene.awaitOutcome(id));
  }

  @Test
  void watchesThatAnotherControlTopicWouldLeaveBehindAreNamed() {
    scene.start(1);
    List<String> ids = List.of(ask("first"), ask("second"), ask("third"));
    String other = scene.name + "-other-control";
    scene.topics().create(other, 1);
    scene.rest().putConnector(scene.name, scene.with("control.topic", other).config());
    assertThat(scene.rest().awaitFailed(scene.name).traces())
        .contains("3 open watches of control topic '" + scene.control + "' would be left behind")
        .contains(ids)
        .contains("{\"partition\":{\"partition\":0,\"shard\":2},\"offset\":null}");

    scene.rest().stop(scene.name);
    scene.resetOffsets();
    scene.rest().resume(scene.name);
    scene.rest().awaitRunning(scene.name, 1);
  }

  @Test
  void watchesOfPartitionsThatAreGoneAreNamed() {
    scene.close();
    scene = new SourceScene(SharedCluster.get(), fal, 3).start(1);
    String id = scene.name + "-in-the-last-partition";
    fal.registerRequest(id, SourceScene.ENDPOINT, BY_HAND);
    byte[] value = SourceScene.asking(id).getBytes(StandardCharsets.UTF_8);
    scene.topics().produce(new ProducerRecord<>(scene.control, 2, null, value));
    scene.await(id + " has an event", events -> events.containsKey(id));
    scene.rest().stop(scene.name);
    scene.topics().delete(scene.control);
    scene.topics().create(scene.control, 2);
    scene.rest().resume(scene.name);
    assertThat(scene.rest().awaitFailed(scene.name).traces())
        .contains("1 open watches of control topic '" + scene.control + "' would be left behind")
        .contains("with 2 partitions", id);
  }

  /** Asks for a watch of a request that is moved on by hand, and waits for its first event. */
  private String ask(String what) {
    String id = scene.name + "-" + what;
    fal.registerRequest(id, SourceScene.ENDPOINT, BY_HAND);
    scene.ask(id);
    scene.await(id + " has an event", events -> events.containsKey(id));
    return id;
  }

  private void refused(String offset, String why) {
    refused(SourceScene.shard(0), offset, why);
  }

  private void refused(String partition, String offset, String why) {
    assertThatThrownBy(() -> scene.alter(partition, offset))
        .isInstanceOf(ConnectRestException.class)
        .hasMessageContaining(why);
  }

  private String offset(long next, String open) {
    return "{\"version\":2,\"topic\":\"%s\",\"partitions\":1,\"next\":%s,\"floor\":0,\"open\":\"%s\"}"
        .formatted(scene.control, next, open.replace("\"", "\\\""));
  }
}
