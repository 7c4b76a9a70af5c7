// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintStream;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Shows the connector at work. Exits with 0 only where everything went as it should. */
public final class Demo {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration CHECK = Duration.ofSeconds(2);

  private final DemoSettings settings;
  private final PrintStream out;
  private final ObjectMapper json = new ObjectMapper();
  private final Board board = new Board();

  private Demo(DemoSettings settings, PrintStream out) {
    this.settings = settings;
    this.out = out;
  }

  /** Runs the demo that system properties and the environment ask for. */
  public static void main(String[] args) {
    int exitCode = 0;
    try {
      new Demo(DemoSettings.of(System.getProperties(), System.getenv()), System.out).run();
    } catch (DemoException e) {
      System.err.println("\nThe demo failed. " + e.getMessage());
      exitCode = 1;
    } catch (RuntimeException | Error e) {
      System.err.println("\nThe demo failed. " + e);
      exitCode = 2;
    }
    System.exit(exitCode);
  }

  private void run() {
    long began = System.nanoTime();
    try (Fal fal = Fal.of(settings)) {
      out.println("\nStarting a Kafka broker and a Connect worker with exactly-once support …");
      try (Stage stage = Stage.start(fal)) {
        out.printf(
            "Connector %s (%s) runs on a worker with the packaged archive, after %.1f s.%n",
            stage.connector(), SampleConfig.CONNECTOR, seconds(began));
        int requests = submit(fal, stage);
        watch(stage, requests);
        new Summary(out, board).print(stage, seconds(began));
        fal.check(board.outcomes());
      }
    }
  }

  private int submit(Fal fal, Stage stage) {
    try (FalQueue queue = new FalQueue(fal.queueUrl(), fal.key())) {
      for (Order order : fal.orders()) {
        fal.expect(order);
        stage.forward(queue.submit(order));
      }
    }
    int requests = fal.orders().size();
    out.printf(
        "%d submitted to the %s, the answers forwarded as they are to topic %s.%n",
        requests, fal.name(), stage.controlTopic());
    out.printf("What follows is read from topic %s.%n%n", stage.statusTopic());
    return requests;
  }

  private void watch(Stage stage, int requests) {
    long deadline = System.nanoTime() + settings.limit().toNanos();
    long nextCheck = System.nanoTime();
    try (TopicFeed feed = stage.feed();
        View view = View.of(out)) {
      while (!board.complete(requests)) {
        long now = System.nanoTime();
        if (now - deadline > 0) {
          throw late(stage, requests);
        }
        if (now - nextCheck > 0) {
          stage.requireWorking();
          nextCheck = now + CHECK.toNanos();
        }
        feed.poll(POLL).forEach(record -> take(record, stage, view));
        view.refresh(board);
      }
    }
  }

  private void take(ConsumerRecord<String, String> record, Stage stage, View view) {
    JsonNode value;
    try {
      value = json.readTree(record.value());
    } catch (JsonProcessingException e) {
      throw new DemoException("No JSON in topic " + record.topic() + ": " + record.value(), e);
    }
    if (record.topic().equals(stage.statusTopic())) {
      view.changed(board.event(value));
    } else {
      board.result(value);
    }
  }

  private DemoException late(Stage stage, int requests) {
    return new DemoException(
        "After %d s %d of %d requests are over, with %d results. The worker's log: %s"
            .formatted(
                settings.limit().toSeconds(),
                board.rows().stream().filter(Row::over).count(),
                requests,
                board.results().size(),
                stage.workerLog()));
  }

  private static double seconds(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
