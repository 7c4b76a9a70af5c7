// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.cluster.client.SampleConnector;
import io.falconnect.demo.board.DemoRecord;
import io.falconnect.demo.board.RecordPosition;
import io.falconnect.demo.board.TopicFeed;
import io.falconnect.demo.fal.DemoFal;
import io.falconnect.demo.fal.Prompt;
import io.falconnect.demo.settings.DemoException;
import io.falconnect.demo.settings.SampleFiles;
import io.falconnect.demo.view.RowFormat;
import java.io.PrintStream;
import java.util.LongSummaryStatistics;
import org.apache.kafka.clients.producer.RecordMetadata;

/** Sends inputs to a realtime app one after the other and shows the results. */
public final class RealtimeDemo {
  private static final String FORMAT = "%-12s  %5s  %7s  %s%n";
  private static final int OUTPUT = 80;

  private final DemoCluster stage;
  private final PrintStream out;
  private final SampleConnector sink;
  private final LongSummaryStatistics latencies = new LongSummaryStatistics();
  private int inputs;

  RealtimeDemo(DemoCluster stage, PrintStream out) {
    this.stage = stage;
    this.out = out;
    this.sink = stage.loadSample(SampleFiles.REALTIME_SINK);
  }

  /** Sends each input once the previous one has its result, and prints the results. */
  void run(DemoFal fal) {
    fal.realtimeSettings().forEach(sink::with);
    stage.createTopics(inputTopic(), resultTopic());
    stage.postConnector(sink);
    out.printf("%nThe realtime sink: config/%s.%n", SampleFiles.REALTIME_SINK);
    out.printf(
        "Inputs go to topic %s, each once the one before has its result, for app %s.%n",
        inputTopic(), sink.get("fal.endpoint.id"));
    out.printf("What follows is read from topic %s.%n%n", resultTopic());
    out.printf(FORMAT, "INPUT", "FRAME", "LATENCY", "OUTPUT");
    try (TopicFeed feed = stage.openFeed(resultTopic())) {
      fal.realtimeInputs().forEach(input -> awaitResults(input, feed));
    }
    out.printf(
        "%nInputs: %d, results: %d, latency from input to result: %d to %d ms.%n",
        inputs, latencies.getCount(), latencies.getMin(), latencies.getMax());
  }

  private void awaitResults(Prompt input, TopicFeed feed) {
    RecordMetadata at = stage.write(inputTopic(), input);
    InputResults answer = new InputResults(at);
    inputs++;
    stage.repeatUntil(
        answer::isComplete,
        () -> feed.poll().forEach(answer::onResult),
        () -> "input " + input.key() + " has no result.");
  }

  private String inputTopic() {
    return sink.get("topics");
  }

  private String resultTopic() {
    return sink.get("result.topic");
  }

  /** The results of one input. */
  private final class InputResults {
    private final RecordPosition input;
    private final long writtenAt;
    private boolean isComplete;

    InputResults(RecordMetadata at) {
      input = new RecordPosition(at.topic(), at.partition(), at.offset());
      writtenAt = at.timestamp();
    }

    boolean isComplete() {
      return isComplete;
    }

    void onResult(DemoRecord result) {
      JsonNode value = result.value();
      if (value.hasNonNull("error")) {
        throw stage.failure(
            "Input %s failed: %s: %s"
                .formatted(
                    result.key(), value.path("error").asText(), value.path("reason").asText()));
      }
      if (!result.inputPosition().equals(input)) {
        throw new DemoException(
            "A result of %s came where one of %s had to.".formatted(result.inputPosition(), input));
      }
      long latency = result.record().timestamp() - writtenAt;
      latencies.accept(latency);
      String output = RowFormat.abbreviate(value.path("output").toString(), OUTPUT);
      out.printf(FORMAT, result.key(), value.path("frame").asInt(), latency + " ms", output);
      isComplete = value.path("final").asBoolean();
    }
  }
}
