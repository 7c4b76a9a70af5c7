// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.bare;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.falconnect.benchmark.measure.BenchmarkSettings;
import io.falconnect.benchmark.process.Programs;
import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.client.Topics;
import io.falconnect.cluster.process.JavaProcess;
import io.falconnect.cluster.process.Jdk;
import io.falconnect.cluster.process.Waits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The process of {@link BareLoopMain}. It reads commands from a topic. */
public final class BareLoop implements AutoCloseable {
  private static final Duration ANSWER_LIMIT = Duration.ofMinutes(5);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Topics topics;
  private final String commands = KafkaCluster.uniqueName("bare-loop-commands");
  private final String answers = KafkaCluster.uniqueName("bare-loop-answers");
  private final JavaProcess process;

  /** Starts a loop that waits for its first command. */
  public BareLoop(String bootstrap, Topics topics, Jdk jdk) {
    this.topics = topics;
    topics.create(commands, 1);
    topics.create(answers, 1);
    this.process =
        Programs.start(
            "bare-loop",
            jdk,
            List.of("-Xmx" + BenchmarkSettings.text("worker.heap", "768m")),
            BareLoopMain.class.getName(),
            List.of(bootstrap, commands, answers));
  }

  JavaProcess process() {
    return process;
  }

  /** A command for a run, to be filled. */
  static ObjectNode createCommand(String runId) {
    return JSON.createObjectNode().put("id", runId);
  }

  void sendCommand(ObjectNode command) {
    process.requireAlive();
    topics.produce(commands, command.path("id").asText(), command.toString());
  }

  /** Waits until a run has ended, and returns the loop's answer. */
  JsonNode awaitAnswer(String runId) {
    return Waits.until(
        "the bare loop's answer to " + runId,
        ANSWER_LIMIT,
        () -> {
          process.requireAlive();
          return findAnswer(runId);
        },
        process::outputTail);
  }

  /** Waits until a run has ended. Throws if the loop had failures. */
  void awaitSuccess(String runId) {
    int failures = awaitAnswer(runId).path("failures").asInt();
    if (failures > 0) {
      throw new IllegalStateException(failures + " failures of the bare loop in " + runId);
    }
  }

  @Override
  public void close() {
    process.kill();
  }

  private Optional<JsonNode> findAnswer(String runId) {
    return topics.readAll(answers).stream()
        .filter(answer -> answer.key().equals(runId))
        .map(ConsumerRecord::value)
        .findFirst()
        .map(
            text -> {
              try {
                return JSON.readTree(text.getBytes(UTF_8));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }
}
