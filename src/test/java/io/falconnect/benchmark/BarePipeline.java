// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.falconnect.cluster.JavaProcess;
import io.falconnect.cluster.Jdk;
import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.Topics;
import io.falconnect.cluster.Waits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A bare loop in a process of its own, told by a topic what to do: see {@link BareLoopMain}. */
final class BarePipeline implements Pipeline {
  private static final Duration ANSWER_LIMIT = Duration.ofMinutes(5);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Topics topics;
  private final String commands = KafkaCluster.uniqueName("bare-loop-commands");
  private final String answers = KafkaCluster.uniqueName("bare-loop-answers");
  private final JavaProcess process;

  private BarePipeline(String bootstrap, Topics topics, Jdk jdk) {
    this.topics = topics;
    topics.create(commands, 1);
    topics.create(answers, 1);
    this.process =
        Programs.start(
            "bare-loop",
            jdk,
            List.of("-Xmx" + Settings.text("worker.heap", "768m")),
            BareLoopMain.class.getName(),
            List.of(bootstrap, commands, answers));
  }

  /** Starts a loop that waits for its first command. */
  static BarePipeline start(String bootstrap, Topics topics, Jdk jdk) {
    return new BarePipeline(bootstrap, topics, jdk);
  }

  @Override
  public String name() {
    return "bare loop";
  }

  @Override
  public void begin(Run run) {
    command(run, true);
  }

  /** Reads all streams of a run and does nothing with what comes; events per second. */
  double drain(Run run) {
    command(run, false);
    return awaitAnswer(run).path("rate").asDouble();
  }

  @Override
  public void end(Run run) {
    int failures = awaitAnswer(run).path("failures").asInt();
    if (failures > 0) {
      throw new IllegalStateException(failures + " streams of the bare loop failed in " + run);
    }
  }

  @Override
  public JavaProcess process() {
    return process;
  }

  @Override
  public void close() {
    process.kill();
  }

  private void command(Run run, boolean produce) {
    process.requireAlive();
    String text =
        JSON.createObjectNode()
            .put("id", run.id())
            .put("queue", run.queueUrl())
            .put("topic", run.statusTopic())
            .put("streams", run.shape().streams())
            .put("events", run.shape().events())
            .put("raw", run.raw())
            .put("produce", produce)
            .toString();
    topics.produce(commands, run.id(), text);
  }

  private JsonNode awaitAnswer(Run run) {
    return Waits.until(
        "the bare loop's answer to " + run.id(),
        ANSWER_LIMIT,
        () -> {
          process.requireAlive();
          return answer(run);
        },
        process::outputTail);
  }

  private Optional<JsonNode> answer(Run run) {
    return topics.readAll(answers).stream()
        .filter(answer -> answer.key().equals(run.id()))
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
