// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.fal.EndpointId;
import io.falconnect.fal.queue.LogLine;
import io.falconnect.fal.queue.QueueRequest;
import io.falconnect.fal.queue.StatusUpdate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class WatchStateTest {
  private static final QueueRequest REQUEST = new QueueRequest(EndpointId.parse("a/b"), "r");
  private static final List<LogLine> LINE = List.of(new LogLine("m", "INFO", "run", "t"));

  /** An update, and whether a new log line came with it. */
  private record Told(StatusUpdate update, boolean fresh) {}

  @Property
  void aSequenceOfUpdatesIsPublishedWithoutRepeatsAndEndsOnce(@ForAll("updates") List<Told> told) {
    WatchState watch = WatchState.initial(REQUEST, 8, true);
    List<StatusEvent> events = new ArrayList<>();
    for (Told one : told) {
      LogCursor logs = one.fresh ? watch.logs().append(7) : watch.logs();
      var step =
          watch.onUpdate(one.update, outcome(one.update), one.fresh ? LINE : List.of(), logs, 5);
      if (step.isPresent()) {
        events.add(step.get().event());
        watch = step.get().after();
      }
    }
    for (int i = 0; i < events.size(); i++) {
      StatusEvent event = events.get(i);
      boolean last = i == events.size() - 1;
      assertThat(event.sequence()).isEqualTo(i);
      assertThat(event.outcome() != null).isEqualTo(event.status().equals("COMPLETED"));
      assertThat(event.outcome() == null || last).isTrue();
      assertThat(i > 0 && says(event).equals(says(events.get(i - 1))) && event.logs().isEmpty())
          .isFalse();
    }
    assertThat(watch.sequence()).isEqualTo(events.size());
    boolean completed = told.stream().anyMatch(one -> one.update.phase().isOver());
    assertThat(watch.finished() != null).isEqualTo(completed);
  }

  @Test
  void anEventSaysWhatFalTold() {
    StatusUpdate update =
        new StatusUpdate(
            "COMPLETED", "r", 2L, LINE, Map.of("m", 1.0), "https://q/r", "e", "t", "{}");
    LogCursor after = LogCursor.NONE.append(1);
    WatchState.Step step =
        WatchState.initial(REQUEST, 8, true)
            .onUpdate(update, Outcome.FAILED, LINE, after, 9)
            .orElseThrow();
    assertThat(step.event())
        .isEqualTo(
            new StatusEvent(
                REQUEST,
                0,
                "COMPLETED",
                Outcome.FAILED,
                2L,
                LINE,
                Map.of("m", 1.0),
                "https://q/r",
                "e",
                "t",
                "{}",
                9));
    assertThat(step.after())
        .isEqualTo(new WatchState(REQUEST, 8, 1, "COMPLETED", 2L, after, Outcome.FAILED));
  }

  @Test
  void metricsErrorsAndUrlsAloneAreNoNews() {
    WatchState watch = new WatchState(REQUEST, 8, 3, "IN_PROGRESS", null, null, null);
    StatusUpdate update =
        new StatusUpdate(
            "IN_PROGRESS", "r", null, List.of(), Map.of("m", 1.0), "https://x", "e", "t", "{}");
    assertThat(watch.onUpdate(update, null, List.of(), null, 9)).isEmpty();
  }

  @Test
  void completedAfterAnErrorlessEndIsSucceeded() {
    WatchState watch = new WatchState(REQUEST, 8, 3, "IN_PROGRESS", null, null, null);
    WatchState.Step step =
        watch
            .onUpdate(update("COMPLETED", null, null), Outcome.SUCCEEDED, List.of(), null, 9)
            .orElseThrow();
    assertThat(step.event().outcome()).isEqualTo(Outcome.SUCCEEDED);
    assertThat(
            step.after()
                .onUpdate(update("COMPLETED", null, null), Outcome.SUCCEEDED, LINE, null, 9))
        .isEmpty();
  }

  @Test
  void anEndWithoutFalSaysWhatWasLastKnown() {
    StatusEvent unknown =
        WatchState.initial(REQUEST, 8, false).lastEvent(new Ending(Outcome.NOT_FOUND, 0, "why"), 9);
    assertThat(unknown.status()).isEqualTo("UNKNOWN");
    assertThat(unknown.sequence()).isZero();
    assertThat(unknown.outcome()).isEqualTo(Outcome.NOT_FOUND);
    assertThat(unknown.error()).isEqualTo("why");
    StatusEvent known =
        new WatchState(REQUEST, 8, 4, "IN_QUEUE", 7L, null, null)
            .lastEvent(new Ending(Outcome.CANCELLED, 0, "why"), 9);
    assertThat(known.status()).isEqualTo("IN_QUEUE");
    assertThat(known.sequence()).isEqualTo(4);
  }

  @Provide
  Arbitrary<List<Told>> updates() {
    Arbitrary<StatusUpdate> updates =
        Combinators.combine(
                Arbitraries.of("IN_QUEUE", "IN_PROGRESS", "IN_PROGRESS", "PAUSED", "COMPLETED"),
                Arbitraries.of(0L, 1L, 2L).injectNull(0.4),
                Arbitraries.of("bad").injectNull(0.7))
            .as(WatchStateTest::update);
    return Combinators.combine(updates, Arbitraries.of(true, false, false))
        .as(Told::new)
        .list()
        .ofMaxSize(20);
  }

  private static Outcome outcome(StatusUpdate update) {
    return switch (update.phase()) {
      case UNFINISHED, UNKNOWN -> null;
      case COMPLETED -> Outcome.SUCCEEDED;
      case FAILED -> Outcome.FAILED;
      case CANCELLED -> Outcome.CANCELLED;
    };
  }

  private static StatusUpdate update(String status, Long position, String error) {
    return new StatusUpdate(status, "r", position, List.of(), Map.of(), null, error, null, "{}");
  }

  private static List<Object> says(StatusEvent event) {
    return List.of(event.status(), Objects.requireNonNullElse(event.queuePosition(), "none"));
  }
}
