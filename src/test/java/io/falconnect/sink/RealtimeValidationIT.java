// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.cluster.SharedCluster;
import io.falconnect.simulator.FalSimulator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with a sink's configuration is said of the key it is wrong with. */
class RealtimeValidationIT {
  private static FalSimulator fal;
  private static SinkScene scene;

  @BeforeAll
  static void start() {
    fal = FalSimulator.start();
    scene = SinkScene.realtime(SharedCluster.get(), fal, 1);
  }

  @AfterAll
  static void stop() {
    scene.close();
    fal.close();
  }

  private static Map<String, List<String>> errors(String key, String value) {
    Map<String, String> config = scene.config();
    config.put("name", scene.name);
    config.put(key, value);
    return scene.rest().validate(config.get("connector.class"), config).errors();
  }

  @Test
  void aSoundConfigurationHasNoErrors() {
    assertThat(errors("errors.tolerance", "all")).isEmpty();
  }

  @Test
  void resultsMustNotBeInputs() {
    assertThat(errors("topics", scene.inputs + "," + scene.results).get("result.topic").toString())
        .contains("would read what it writes");
  }

  @ParameterizedTest
  @CsvSource({
    "result.topic, no-such-topic, does not exist",
    "result.bootstrap.servers, 127.0.0.1:1, cannot be looked up",
    "result.producer.acks, 1, can only be all",
    "result.value.converter, no.such.Converter, no.such.Converter",
    "fal.endpoint.id, one, two to six segments",
    "fal.run.url, http://127.0.0.1:1, cannot be reached",
    "realtime.path, ../up, realtime.path",
    "realtime.path, /a?b=c, realtime.path",
    "realtime.encoding, xml, msgpack",
    "realtime.auth, basic, jwt",
    "realtime.max.buffering, 61, 60",
    "realtime.max.in.flight, 0, at least 1",
    "realtime.completion, whenever, quiet",
    "realtime.completion.field, state, JSON pointer",
    "realtime.completion.value, done, realtime.completion=field",
  })
  void whatIsWrongIsSaid(String key, String value, String message) {
    Map<String, List<String>> errors = errors(key, value);
    assertThat(errors.toString()).contains(message);
    assertThat(errors).containsOnlyKeys(key);
  }

  @Test
  void aFieldIsRequiredWhereItIsWaitedFor() {
    assertThat(errors("realtime.completion", "field").get("realtime.completion.field").toString())
        .contains("is required");
  }

  @Test
  void requiredKeysAreRequired() {
    String type = scene.config().get("connector.class");
    assertThat(scene.rest().validate(type, Map.of("connector.class", type, "name", "x")).errors())
        .containsKeys("fal.endpoint.id", "result.topic", "result.bootstrap.servers");
  }
}
