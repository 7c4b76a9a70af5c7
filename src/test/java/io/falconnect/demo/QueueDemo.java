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
  private final List<DemoRecord> waitingForRequest = new ArrayList<>();

  QueueDemo(DemoCluster stage, PrintStream out) {
    this.stage = stage;
    this.out = out;
    this.sink = stage.loadSample(SampleFiles.QUEUE_SINK);
    this.source = stage.loadSample(SampleFiles.STATUS_SOURCE);
  }

  /** Writes all prompts, shows their status until all have ended, and prints the results. */
  void run(DemoFal fal) {
    fal.queueSettings().forEach(sink::with);
    stage.createTopics(prompts(), refused(), requests(), statuses(), results());
    stage.postConnector(sink);
    stage.postConnector(source);
    out.printf(
        "%nThe pipeline: config/%s and config/%s.%n",
        SampleFiles.QUEUE_SINK, SampleFiles.STATUS_SOURCE);
    fal.prompts().forEach(this::write);
    out.printf(
        "Prompts written to topic %2$s: %1$d, for model %3$s of %4$s.%n",
        fal.prompts().size(), prompts(), sink.get("fal.endpoint.id"), fal.name());
    out.printf(
        "What follows is read from topics %s, %s and %s.%n%n", requests(), statuses(), results());
    showUntilComplete();
    new SummaryPrinter(out, board).print(results());
    fal.checkOutcomes(board.countOutcomes());
  }

  private void write(Prompt prompt) {
    RecordMetadata at = stage.write(prompts(), prompt);
    board.onWritten(new RecordPosition(at.topic(), at.partition(), at.offset()), prompt.key());
  }

  private void showUntilComplete() {
    try (TopicFeed feed = stage.openFeed(refused(), requests(), statuses(), results());
        BoardView view = BoardView.open(out)) {
      stage.repeatUntil(
          board::isComplete,
          () -> {
            feed.poll().forEach(message -> onRecord(message, view));
            view.refresh(board);
          },
          this::describeProgress);
    }
  }

  private void onRecord(DemoRecord message, BoardView view) {
    if (message.topic().equals(refused())) {
      throw stage.failure(
          "Prompt %s was not submitted: %s".formatted(message.key(), message.header(REFUSED)));
    }
    if (message.topic().equals(requests())) {
      view.onChange(board.onSubmitted(message));
      List<DemoRecord> waiting = List.copyOf(waitingForRequest);
      waitingForRequest.clear();
      waiting.forEach(told -> applyToBoard(told, view));
    } else {
      applyToBoard(message, view);
    }
  }

  /** Topics are read in any order, so a status can arrive before the record of its request. */
  private void applyToBoard(DemoRecord told, BoardView view) {
    if (!board.hasRequestOf(told)) {
      waitingForRequest.add(told);
    } else if (told.topic().equals(statuses())) {
      view.onChange(board.onStatus(told));
    } else {
      view.onChange(board.onResult(told));
    }
  }

  private String describeProgress() {
    return "of %d prompts %d are submitted and %d over, with %d results."
        .formatted(
            board.rows().size(),
            board.submissionCount(),
            board.rows().stream().filter(PromptRow::hasOutcome).count(),
            board.rowsWithResult().size());
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
