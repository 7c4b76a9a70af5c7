// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo;

import io.falconnect.cluster.SampleConnector;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.RecordMetadata;

/** From prompts to results: the queue sink submits them, the status source watches the requests. */
final class Pipeline {
  static final String SINK = "fal-queue-sink.json";
  private static final String SOURCE = "fal-status-source.json";
  private static final String REFUSED = "__connect.errors.exception.message";

  private final Stage stage;
  private final PrintStream out;
  private final SampleConnector sink;
  private final SampleConnector source;
  private final Board board = new Board();
  private final List<Message> early = new ArrayList<>();

  Pipeline(Stage stage, PrintStream out) {
    this.stage = stage;
    this.out = out;
    this.sink = stage.sample(SINK);
    this.source = stage.sample(SOURCE);
  }

  /** Has all prompts brought to their end, and shows it. */
  void run(Fal fal) {
    fal.queue().forEach(sink::with);
    stage.create(prompts(), refused(), requests(), statuses(), results());
    stage.post(sink);
    stage.post(source);
    out.printf("%nThe pipeline: config/%s and config/%s.%n", SINK, SOURCE);
    fal.prompts().forEach(this::write);
    out.printf(
        "Prompts written to topic %2$s: %1$d, for model %3$s of %4$s.%n",
        fal.prompts().size(), prompts(), sink.get("fal.endpoint.id"), fal.name());
    out.printf(
        "What follows is read from topics %s, %s and %s.%n%n", requests(), statuses(), results());
    show();
    new Summary(out, board).print(results());
    fal.check(board.outcomes());
  }

  private void write(Prompt prompt) {
    RecordMetadata at = stage.write(prompts(), prompt);
    board.written(new Place(at.topic(), at.partition(), at.offset()), prompt.key());
  }

  private void show() {
    try (TopicFeed feed = stage.feed(refused(), requests(), statuses(), results());
        View view = View.of(out)) {
      stage.until(
          board::complete,
          () -> {
            feed.poll().forEach(message -> take(message, view));
            view.refresh(board);
          },
          this::soFar);
    }
  }

  private void take(Message message, View view) {
    if (message.topic().equals(refused())) {
      throw stage.failure(
          "Prompt %s was not submitted: %s".formatted(message.key(), message.header(REFUSED)));
    }
    if (message.topic().equals(requests())) {
      view.changed(board.submitted(message));
      List<Message> waiting = List.copyOf(early);
      early.clear();
      waiting.forEach(told -> tell(told, view));
    } else {
      tell(message, view);
    }
  }

  /** Topics are read in no order: what is told may come before the request that it is about. */
  private void tell(Message told, View view) {
    if (!board.knows(told)) {
      early.add(told);
    } else if (told.topic().equals(statuses())) {
      view.changed(board.event(told));
    } else {
      view.changed(board.result(told));
    }
  }

  private String soFar() {
    return "of %d prompts %d are submitted and %d over, with %d results."
        .formatted(
            board.rows().size(),
            board.submissions(),
            board.rows().stream().filter(Row::over).count(),
            board.results().size());
  }

  private String prompts() {
    return sink.get("topics");
  }

  private String refused() {
    return sink.get("errors.deadletterqueue.topic.name");
  }

  private String requests() {
    return sink.get("requests.topic");
  }

  private String statuses() {
    return source.get("status.topic");
  }

  private String results() {
    return source.get("result.topic");
  }
}
