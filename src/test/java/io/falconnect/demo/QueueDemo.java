// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo;

import io.falconnect.cluster.client.SampleConnector;
import io.falconnect.demo.board.DemoRecord;
import io.falconnect.demo.board.PromptBoard;
import io.falconnect.demo.board.PromptRow;
import io.falconnect.demo.board.RecordPosition;
import io.falconnect.demo.board.TopicFeed;
import io.falconnect.demo.fal.DemoFal;
import io.falconnect.demo.fal.Prompt;
import io.falconnect.demo.settings.SampleFiles;
import io.falconnect.demo.view.BoardView;
import io.falconnect.demo.view.SummaryPrinter;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.RecordMetadata;

/** From prompts to results: the queue sink submits them, the status source watches the requests. */
public final class QueueDemo {
  private static final String REFUSED = "__connect.errors.exception.message";

  private final DemoCluster stage;
  private final PrintStream out;
  private final SampleConnector sink;
  private final SampleConnector source;
  private final PromptBoard board = new PromptBoard();
  private final List<DemoRecord> early = new ArrayList<>();

  QueueDemo(DemoCluster stage, PrintStream out) {
    this.stage = stage;
    this.out = out;
    this.sink = stage.sample(SampleFiles.QUEUE_SINK);
    this.source = stage.sample(SampleFiles.STATUS_SOURCE);
  }

  /** Has all prompts brought to their end, and shows it. */
  void run(DemoFal fal) {
    fal.queue().forEach(sink::with);
    stage.create(prompts(), refused(), requests(), statuses(), results());
    stage.post(sink);
    stage.post(source);
    out.printf(
        "%nThe pipeline: config/%s and config/%s.%n",
        SampleFiles.QUEUE_SINK, SampleFiles.STATUS_SOURCE);
    fal.prompts().forEach(this::write);
    out.printf(
        "Prompts written to topic %2$s: %1$d, for model %3$s of %4$s.%n",
        fal.prompts().size(), prompts(), sink.get("fal.endpoint.id"), fal.name());
    out.printf(
        "What follows is read from topics %s, %s and %s.%n%n", requests(), statuses(), results());
    show();
    new SummaryPrinter(out, board).print(results());
    fal.check(board.outcomes());
  }

  private void write(Prompt prompt) {
    RecordMetadata at = stage.write(prompts(), prompt);
    board.written(new RecordPosition(at.topic(), at.partition(), at.offset()), prompt.key());
  }

  private void show() {
    try (TopicFeed feed = stage.feed(refused(), requests(), statuses(), results());
        BoardView view = BoardView.of(out)) {
      stage.until(
          board::complete,
          () -> {
            feed.poll().forEach(message -> take(message, view));
            view.refresh(board);
          },
          this::soFar);
    }
  }

  private void take(DemoRecord message, BoardView view) {
    if (message.topic().equals(refused())) {
      throw stage.failure(
          "Prompt %s was not submitted: %s".formatted(message.key(), message.header(REFUSED)));
    }
    if (message.topic().equals(requests())) {
      view.changed(board.submitted(message));
      List<DemoRecord> waiting = List.copyOf(early);
      early.clear();
      waiting.forEach(told -> tell(told, view));
    } else {
      tell(message, view);
    }
  }

  /** Topics are read in no order: what is told may come before the request that it is about. */
  private void tell(DemoRecord told, BoardView view) {
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
            board.rows().stream().filter(PromptRow::over).count(),
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
