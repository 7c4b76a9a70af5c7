// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.queue.QueueSignal;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.queue.Script;
import io.falconnect.source.state.LedgerTrial;
import io.falconnect.source.state.Outcome;
import io.falconnect.source.state.PartitionLedger;
import io.falconnect.source.state.StatusEvent;
import io.falconnect.source.state.WatchState;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Watches on real streams of the simulator, without Kafka. */
class WatchSupervisorTest {
  private static final Script BY_HAND =
      Script.builder().manual().inQueue(1).inProgress().completed().build();

  private final FalSimulator fal =
      FalSimulator.start(SimulatorConfig.builder().keepAlive(Duration.ofMillis(50)).build());
  private WatchSupervisorScene scene;

  @AfterEach
  void close() {
    scene.close();
    fal.close();
  }

  @Test
  void aStreamThatGoesOnTellingGarbageIsOpenedAnew() {
    scene = new WatchSupervisorScene(fal).idle(Duration.ofSeconds(1));
    for (Fault.StrangeKind kind :
        List.of(
            Fault.StrangeKind.NOT_JSON,
            Fault.StrangeKind.NOT_AN_OBJECT,
            Fault.StrangeKind.OTHER_REQUEST)) {
      String id = kind.name();
      fal.registerRequest(id, "a/b", BY_HAND);
      fal.attachFault(id, Fault.strangeEventsForComments(kind), 1);
      scene.watch(id);
      scene.await(() -> fal.streamsOpened(id) == 2);
      fal.request(id).finish();
      scene.await(() -> scene.outcomes(id).contains(Outcome.SUCCEEDED));
    }
    assertThat(scene.failures())
        .extracting(FalFailure::reason)
        .contains("told no status for 1000 ms");
  }

  @Test
  void aHealthyWatchIsNotFailingBecauseOfOneBadEvent() {
    scene = new WatchSupervisorScene(fal).patience(Duration.ofMillis(200));
    fal.registerRequest("r", "a/b", BY_HAND);
    fal.attachFault("r", Fault.strangeEventsForComments(Fault.StrangeKind.NOT_JSON), 1);
    scene.watch("r");
    scene.await(() -> scene.signals(QueueSignal.StreamEvent.class).size() > 8);
    fal.resetConnections();
    scene.await(() -> fal.streamsOpened("r") == 2);
    fal.request("r").finish();
    scene.await(() -> !scene.outcomes("r").isEmpty());
    assertThat(scene.outcomes("r")).containsExactly(Outcome.SUCCEEDED);
  }

  @Test
  void aStreamThatIsAliveMayTakeItsTimeToTellTheFirstStatus() throws Exception {
    AtomicInteger opened = new AtomicInteger();
    AtomicInteger comments = new AtomicInteger();
    CountDownLatch enough = new CountDownLatch(1);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          if (!exchange.getRequestURI().getPath().endsWith("/status/stream")) {
            exchange.sendResponseHeaders(200, -1);
            return;
          }
          opened.incrementAndGet();
          exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream stream = exchange.getResponseBody()) {
            while (!awaited(enough, 50)) {
              stream.write(": ping\n\n".getBytes(UTF_8));
              stream.flush();
              comments.incrementAndGet();
            }
            stream.write("data: {\"status\":\"COMPLETED\"}\n\n".getBytes(UTF_8));
          }
        });
    server.start();
    try {
      scene =
          new WatchSupervisorScene("http://127.0.0.1:" + server.getAddress().getPort())
              .idle(Duration.ofSeconds(2))
              .patience(Duration.ofMillis(1));
      scene.watch("r");
      scene.await(() -> comments.get() > 60);
      enough.countDown();
      scene.await(() -> !scene.outcomes("r").isEmpty());
      assertThat(scene.outcomes("r")).containsExactly(Outcome.SUCCEEDED);
      assertThat(opened).hasValue(1);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aStreamThatWasAliveEndsTheTimeOfFailures() throws Exception {
    AtomicInteger opened = new AtomicInteger();
    CountDownLatch never = new CountDownLatch(1);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          boolean isStream = exchange.getRequestURI().getPath().endsWith("/status/stream");
          int stream = isStream ? opened.incrementAndGet() : 0;
          if (stream == 1) {
            exchange.sendResponseHeaders(503, -1);
            return;
          }
          exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream body = exchange.getResponseBody()) {
            for (int i = 0; i < 60 && stream == 2; i++) {
              awaited(never, 50);
              body.write(": ping\n\n".getBytes(UTF_8));
              body.flush();
            }
            if (stream == 3) {
              body.write("data: {\"status\":\"COMPLETED\"}\n\n".getBytes(UTF_8));
            }
          }
        });
    server.start();
    try {
      scene =
          new WatchSupervisorScene("http://127.0.0.1:" + server.getAddress().getPort())
              .idle(Duration.ofSeconds(1))
              .patience(Duration.ofSeconds(2))
              .with("outcome.from", "status");
      scene.watch("r");
      scene.await(() -> !scene.outcomes("r").isEmpty());
      assertThat(scene.outcomes("r")).containsExactly(Outcome.SUCCEEDED);
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aRequestThatIsCompletedSucceededOnlyIfItsResultIsAnOutput() {
    scene = new WatchSupervisorScene(fal);
    Script done = Script.builder().inProgress().completed(1.5).build();
    fal.registerRequest("good", "a/b", done);
    fal.registerRequest("rejected", "a/b", done);
    fal.attachFault("rejected", Surface.RESULT, Fault.UNPROCESSABLE, FalSimulator.ALWAYS);
    fal.registerRequest("expired", "a/b", done);
    fal.attachFault("expired", Surface.RESULT, Fault.NOT_FOUND, FalSimulator.ALWAYS);
    fal.registerRequest("early", "a/b", done);
    fal.attachFault("early", Surface.RESULT, Fault.status(400, "Request is still in progress"), 2);
    fal.registerRequest("forbidden", "a/b", done);
    fal.attachFault("forbidden", Surface.RESULT, Fault.FORBIDDEN, FalSimulator.ALWAYS);
    fal.registerRequest("unavailable", "a/b", done);
    fal.attachFault("unavailable", Surface.RESULT, Fault.UNAVAILABLE, 2);
    List<String> ids = List.of("good", "rejected", "expired", "early", "forbidden", "unavailable");
    ids.forEach(scene::watch);
    scene.await(() -> ids.stream().noneMatch(id -> scene.outcomes(id).isEmpty()));
    assertThat(scene.outcomes("good")).containsExactly(Outcome.SUCCEEDED);
    assertThat(scene.last("good").metrics()).containsEntry("inference_time", 1.5);
    assertThat(scene.outcomes("rejected")).containsExactly(Outcome.FAILED);
    assertThat(scene.last("rejected").error()).contains("HTTP 422", "field required");
    assertThat(scene.outcomes("expired")).containsExactly(Outcome.NOT_FOUND);
    assertThat(scene.last("expired").error()).contains("results expire");
    assertThat(scene.outcomes("early")).containsExactly(Outcome.SUCCEEDED);
    assertThat(scene.outcomes("forbidden")).containsExactly(Outcome.FAILED);
    assertThat(scene.outcomes("unavailable")).containsExactly(Outcome.SUCCEEDED);
    assertThat(scene.results()).isEmpty();
    assertThat(scene.ledger.open()).isEmpty();
  }

  @Test
  void completedIsPublishedAlsoIfTheResultSaysNothing() {
    scene = new WatchSupervisorScene(fal);
    fal.registerRequest("r", "a/b", Script.builder().completed(1.5, "line").build());
    fal.attachFault("r", Surface.RESULT, Fault.SILENT_BEFORE_HEADERS, 1);
    scene.watch("r");
    scene.await(() -> scene.events("r").size() == 1);
    StatusEvent completed = scene.events("r").get(0);
    assertThat(completed.status()).isEqualTo("COMPLETED");
    assertThat(completed.outcome()).isNull();
    scene.restart();
    scene.await(() -> !scene.outcomes("r").isEmpty());
    assertThat(scene.events("r")).extracting(StatusEvent::sequence).containsExactly(0L, 1L);
    assertThat(scene.last("r").outcome()).isEqualTo(Outcome.SUCCEEDED);
    assertThat(fal.streamsOpened("r")).isEqualTo(1);
  }

  @Test
  void theOutcomeIsPublishedBeforeTheResult() {
    scene = new WatchSupervisorScene(fal).withResults();
    fal.registerRequest("good", "a/b", Script.builder().completed().build());
    fal.registerRequest("bad", "a/b", Script.builder().completed().result(422, "{}").build());
    scene.watch("good");
    scene.watch("bad");
    scene.await(() -> scene.results().size() == 2);
    assertThat(scene.outcomes("good")).containsExactly(Outcome.SUCCEEDED);
    assertThat(scene.outcomes("bad")).containsExactly(Outcome.FAILED);
    assertThat(scene.results().get("bad").httpStatus()).isEqualTo(422);
    assertThat(scene.ledger.open()).isEmpty();
  }

  @Test
  void wordsOfAnEndOtherThanCompletedEndTheWatch() {
    scene = new WatchSupervisorScene(fal);
    Map<String, Outcome> ends =
        Map.of(
            "CANCELLED", Outcome.CANCELLED,
            "CANCELED", Outcome.CANCELLED,
            "FAILED", Outcome.FAILED,
            "ERROR", Outcome.FAILED);
    ends.keySet().forEach(word -> fal.registerRequest(word, "a/b", Script.endingAs(word)));
    ends.keySet().forEach(scene::watch);
    scene.await(() -> ends.keySet().stream().noneMatch(id -> scene.outcomes(id).isEmpty()));
    ends.forEach(
        (word, outcome) -> {
          assertThat(scene.outcomes(word)).containsExactly(outcome);
          assertThat(scene.last(word).status()).isEqualTo(word);
          assertThat(scene.last(word).error()).isEqualTo("fal ended the request as " + word);
        });
  }

  @Test
  void anUnknownWordThatEndsTheStreamAgainAndAgainEndsTheWatch() {
    scene = new WatchSupervisorScene(fal);
    fal.registerRequest("r", "a/b", Script.endingAs("VANISHED"));
    scene.watch("r");
    scene.await(() -> !scene.outcomes("r").isEmpty());
    assertThat(scene.outcomes("r")).containsExactly(Outcome.ABANDONED);
    assertThat(scene.last("r").error()).contains("VANISHED");
    assertThat(fal.streamsOpened("r")).isEqualTo(3);
  }

  @Test
  void anUnknownWordOfARequestThatGoesOnEndsNothing() {
    scene = new WatchSupervisorScene(fal);
    fal.registerRequest(
        "r", "a/b", Script.builder().manual().status("WARMING_UP").completed().build());
    scene.watch("r");
    scene.await(() -> scene.events("r").size() == 1);
    fal.request("r").finish();
    scene.await(() -> !scene.outcomes("r").isEmpty());
    assertThat(scene.outcomes("r")).containsExactly(Outcome.SUCCEEDED);
  }

  @Test
  void aRequestThatWasJustSubmittedMayBeUnknownForAMoment() {
    scene = new WatchSupervisorScene(fal);
    Script done = Script.builder().completed().build();
    fal.registerRequest("new", "a/b", done);
    fal.attachFault("new", Fault.NOT_FOUND, 2);
    fal.attachFault("new", Surface.RESULT, Fault.NOT_FOUND, 1);
    fal.registerRequest("old", "a/b", done);
    fal.attachFault("old", Fault.NOT_FOUND, 2);
    scene.watch("new", System.currentTimeMillis());
    scene.watch("old", System.currentTimeMillis() - 10_000);
    scene.await(() -> !scene.outcomes("new").isEmpty() && !scene.outcomes("old").isEmpty());
    assertThat(scene.outcomes("new")).containsExactly(Outcome.SUCCEEDED);
    assertThat(scene.outcomes("old")).containsExactly(Outcome.NOT_FOUND);
  }

  @Test
  void aLimitOfTheRateEndsNoWatch() {
    scene = new WatchSupervisorScene(fal).patience(Duration.ofMillis(1));
    fal.registerRequest("r", "a/b", Script.builder().completed().build());
    fal.attachFault("r", Fault.TOO_MANY_REQUESTS, 10);
    fal.attachFault("r", Surface.RESULT, Fault.TOO_MANY_REQUESTS, 10);
    scene.watch("r");
    scene.await(() -> !scene.outcomes("r").isEmpty());
    assertThat(scene.outcomes("r")).containsExactly(Outcome.SUCCEEDED);
    assertThat(scene.failures()).hasSize(10);
  }

  @Test
  void aWatchThatIsTooOldEnds() {
    scene = new WatchSupervisorScene(fal).with("status.max.age.ms", "60000");
    fal.registerRequest("old", "a/b", BY_HAND);
    fal.registerRequest("young", "a/b", BY_HAND);
    scene.watch("old", System.currentTimeMillis() - 59_000);
    scene.watch("young", System.currentTimeMillis());
    scene.await(() -> scene.events("young").size() == 1);
    scene.restart();
    scene.await(() -> !scene.outcomes("old").isEmpty());
    assertThat(scene.outcomes("old")).containsExactly(Outcome.ABANDONED);
    assertThat(scene.last("old").error()).contains("older than 60000 ms");
    assertThat(scene.outcomes("young")).isEmpty();
  }

  @Test
  void positionsArePublishedAtMostOnceInAnInterval() {
    scene = new WatchSupervisorScene(fal).with("status.min.interval.ms", "1000");
    Script.Builder script = Script.builder().every(Duration.ofMillis(20));
    for (int position = 30; position > 0; position--) {
      script.inQueue(position);
    }
    fal.registerRequest("r", "a/b", script.build());
    scene.watch("r");
    scene.await(() -> scene.events("r").size() == 2);
    assertThat(scene.events("r")).extracting(StatusEvent::queuePosition).element(1).isEqualTo(1L);
    assertThat(scene.events("r")).extracting(StatusEvent::sequence).containsExactly(0L, 1L);
  }

  @Test
  void aChangeThatIsNoPositionIsPublishedAtOnce() {
    scene = new WatchSupervisorScene(fal).with("status.min.interval.ms", "3600000");
    fal.registerRequest(
        "r",
        "a/b",
        Script.builder().inQueue(2).inQueue(1).inProgress().inQueue(3).completed().build());
    scene.watch("r");
    scene.await(() -> !scene.outcomes("r").isEmpty());
    assertThat(scene.events("r"))
        .extracting(StatusEvent::status)
        .endsWith("COMPLETED")
        .doesNotHaveDuplicates();
  }

  private static boolean awaited(CountDownLatch latch, long millis) {
    try {
      return latch.await(millis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void anEventWithoutDataIsNoEvent() {
    scene = new WatchSupervisorScene(fal).idle(Duration.ofMillis(700));
    fal.registerRequest("r", "a/b", BY_HAND);
    fal.attachFault(
        "r", Fault.strangeEventsForComments(Fault.StrangeKind.EMPTY), FalSimulator.ALWAYS);
    scene.watch("r");
    scene.await(() -> scene.signals(QueueSignal.StreamEvent.class).size() > 15);
    fal.request("r").finish();
    scene.await(() -> !scene.outcomes("r").isEmpty());
    assertThat(fal.streamsOpened("r")).isEqualTo(1);
  }

  @Test
  void whereResultsAreNotWantedAnyMoreAWatchThatLacksOnlyItsResultIsClosed() {
    scene = new WatchSupervisorScene(fal);
    WatchState asked = WatchState.initial(WatchTrial.request("a/b", "r"), 3, false);
    PartitionLedger restored =
        LedgerTrial.restored(
            "control",
            0,
            List.of(
                asked,
                new WatchState(
                    WatchTrial.request("a/b", "s"),
                    4,
                    2,
                    "COMPLETED",
                    null,
                    null,
                    Outcome.SUCCEEDED)));
    scene.watches().restore(restored);
    assertThat(restored.open()).containsOnlyKeys(asked.identity());
    assertThat(scene.watches().size()).isEqualTo(1);
  }

  @Test
  void resultsThatAreNotAnsweredDelayNoOther() {
    scene = new WatchSupervisorScene(fal).withResults();
    List<String> unanswered = IntStream.range(0, 100).mapToObj(i -> "unanswered-" + i).toList();
    Script done = Script.builder().completed().build();
    for (String id : unanswered) {
      fal.registerRequest(id, "a/b", done);
      fal.attachFault(id, Surface.RESULT, Fault.SILENT_BEFORE_HEADERS, 1);
      scene.watch(id);
    }
    scene.await(() -> scene.watches().count().fetches() == unanswered.size());
    fal.registerRequest("last", "a/b", done);
    scene.watch("last");
    scene.await(() -> scene.results().containsKey("last"));
    assertThat(scene.results()).hasSize(1);
  }

  @Test
  void waitingForItsTurnToOpenIsNoSilence() {
    scene = new WatchSupervisorScene(fal).idle(Duration.ofMillis(1_500));
    List<String> unanswered = IntStream.range(0, 80).mapToObj(i -> "unanswered-" + i).toList();
    for (String id : unanswered) {
      fal.registerRequest(id, "a/b", BY_HAND);
      fal.attachFault(id, Fault.SILENT_BEFORE_HEADERS, 1);
      scene.watch(id);
    }
    fal.registerRequest("last", "a/b", BY_HAND);
    scene.watch("last");
    fal.request("last").finish();
    scene.await(() -> !scene.outcomes("last").isEmpty());
    unanswered.forEach(id -> fal.request(id).finish());
    scene.await(() -> unanswered.stream().noneMatch(id -> scene.outcomes(id).isEmpty()));
    assertThat(scene.failures()).extracting(FalFailure::reason).containsOnly("silent for 1500 ms");
  }
}
