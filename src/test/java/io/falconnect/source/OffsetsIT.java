// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import static io.falconnect.source.SourceScene.json;
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
import java.time.Duration;
import java.util.List;
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
  void nextSetBackHasControlRecordsReadAgain() {
    scene.start(1);
    String id = ask("again");
    fal.request(id).advance().advance().advance();
    int first = scene.awaitOutcome(id).size();
    scene.rest().stop(scene.name);

    scene.alter("{\"version\":1,\"next\":0,\"open\":\"{}\"}");
    scene.rest().resume(scene.name);
    scene.topics().awaitRecords(scene.status, first + 1);
    List<JsonNode> events = scene.events(id);
    assertThat(first).isEqualTo(4);
    Histories.assertWhole(id, events.subList(first, events.size()));
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
      scene.alter(scene.offset().toString());
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

    JsonNode before = json(scene.offset().path("open").asText());
    JsonNode cursor = before.path(SourceScene.ENDPOINT).path(kept);
    String open = "{\"%s\":{\"%s\":%s}}".formatted(SourceScene.ENDPOINT, kept, cursor);
    int streams = fal.streamsOpened(gone);
    scene.alter("{\"version\":1,\"next\":2,\"open\":\"%s\"}".formatted(open.replace("\"", "\\\"")));
    scene.rest().resume(scene.name);
    for (String id : List.of(gone, kept)) {
      fal.request(id).advance().advance().advance();
    }
    Histories.assertWhole(kept, scene.awaitOutcome(kept));
    assertThat(scene.events(gone)).hasSize(1);
    assertThat(fal.streamsOpened(gone)).isEqualTo(streams);
  }

  @Test
  void aResetPartitionIsReadFromItsBeginning() {
    scene.start(1);
    String id = ask("reset");
    scene.rest().stop(scene.name);
    scene.alter("null");
    assertThat(scene.rest().offsets(scene.name).path("offsets")).isEmpty();

    scene.rest().resume(scene.name);
    scene.topics().awaitRecords(scene.status, 2);
    assertThat(texts(scene.events(id), "sequence")).containsExactly("0", "0");
  }

  @Test
  void alterationsThatMakeNoSenseAreRefusedAndHarmNothing() {
    scene.start(1);
    String id = ask("unharmed");
    scene.rest().stop(scene.name);
    JsonNode before = scene.offset();

    refused("{\"version\":2,\"next\":0,\"open\":\"{}\"}", "offset version 2 is not known");
    refused("{\"next\":0,\"open\":\"{}\"}", "'version' is not an integer");
    refused("{\"version\":1,\"next\":-1,\"open\":\"{}\"}", "'next' is negative");
    refused("{\"version\":1,\"next\":\"0\",\"open\":\"{}\"}", "'next' is not an integer");
    refused("{\"version\":1,\"next\":0}", "'open' is not a string of JSON");
    refused("{\"version\":1,\"next\":0,\"open\":{}}", "only contain primitive types");
    refused("{\"version\":1,\"next\":0,\"open\":\"[\"}", "'open' is not JSON");
    refused("{\"version\":1,\"next\":0,\"open\":\"[]\"}", "'open' is not a JSON object");
    refused("{\"version\":1,\"next\":0,\"open\":\"{}\",\"last\":3}", "keys other than");
    refused(open("{\"a/b\":{\"r\":[0]}}"), "'open' has not a number from 0 as element 1");
    refused(open("{\"a/b\":{\"r\":[0,1,2]}}"), "'open' has not a text as element 2");
    refused(open("{\"a/b\":[\"r\"]}"), "'open' has no object under a/b");
    refused(
        open("{\"a/b\":{\"r\":[0,0]},\"a/b/c\":{\"r\":[1,0]}}"),
        "two watches of request r of one app");
    refused(open("{\"a/b\":{\"../c\":[0,0]}}"), "../c");
    refused(open("{\"alone\":{\"r\":[0,0]}}"), "endpoint id 'alone' is not");
    refused(
        open("{\"a/b\":{\"r\":[0,0,null,null,null,\"WON\"]}}"),
        "'open' has not an outcome as element 5");
    refusedPartition("{\"topic\":\"%s\"}");
    refusedPartition("{\"topic\":\"not-%s\",\"partition\":0}");
    refusedPartition("{\"topic\":\"%s\",\"partition\":\"0\"}");
    refusedPartition("{\"topic\":\"%s\",\"partition\":-1}");
    refusedPartition("{\"topic\":\"%s\",\"partition\":0,\"more\":0}");

    assertThat(scene.offset()).isEqualTo(before);
    scene.rest().resume(scene.name);
    scene.rest().awaitRunning(scene.name, 1);
    fal.request(id).advance().advance().advance();
    Histories.assertWhole(id, scene.awaitOutcome(id));
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
    assertThatThrownBy(() -> scene.alter(offset))
        .isInstanceOf(ConnectRestException.class)
        .hasMessageContaining(why);
  }

  private void refusedPartition(String partition) {
    assertThatThrownBy(
            () ->
                scene.alter(
                    partition.formatted(scene.control),
                    "{\"version\":1,\"next\":0,\"open\":\"{}\"}"))
        .isInstanceOf(ConnectRestException.class)
        .hasMessageContaining(
            "is not {\\\"topic\\\": \\\"" + scene.control + "\\\", \\\"partition\\\": <number>}");
  }

  private static String open(String open) {
    return "{\"version\":1,\"next\":1,\"open\":\"%s\"}".formatted(open.replace("\"", "\\\""));
  }
}
