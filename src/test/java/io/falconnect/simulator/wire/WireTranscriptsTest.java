// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.wire;

import static org.awaitility.Awaitility.await;

import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import io.falconnect.simulator.account.TokenShape;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import io.falconnect.simulator.queue.LogLine;
import io.falconnect.simulator.queue.RequestHandle;
import io.falconnect.simulator.queue.Script;
import io.falconnect.simulator.realtime.RealtimeApp;
import io.falconnect.simulator.realtime.RealtimeClient;
import io.falconnect.simulator.stream.StreamApp;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulator's wire is fal's protocol as documented, line by line. */
class WireTranscriptsTest {
  private static final String KEY = "test-key";
  private static final String MODEL = "fal-ai/flux/dev";
  private static final String APP = "fal-ai/fast-sdxl";
  private static final Script LIFE =
      Script.builder()
          .manual()
          .inQueue(3)
          .inQueue(0)
          .inProgress("loading")
          .inQueue(1)
          .inProgress(List.of(new LogLine("grüße", "WARN", "run", null)))
          .completed(1.5)
          .output("{\"seed\":7}")
          .billing("2.5")
          .build();

  private FalSimulator fal;
  private RealtimeClient otherSession;

  @BeforeEach
  void start() {
    start(Duration.ofHours(1));
  }

  private void start(Duration keepAlive) {
    fal =
        FalSimulator.start(
            SimulatorConfig.builder()
                .apiKey(KEY)
                .keepAlive(keepAlive)
                .realtimeSessionLimit(1)
                .build());
  }

  @AfterEach
  void close() {
    if (otherSession != null) {
      otherSession.close();
    }
    fal.close();
  }

  @Test
  void submissions() {
    fal.setScript(MODEL, LIFE);
    play("submissions");
  }

  @Test
  void statuses() {
    RequestHandle request = fal.registerRequest("r1", MODEL, LIFE);
    transcript("statuses").on("the status changes", request::advance).play();
  }

  @Test
  void statusStreams() {
    RequestHandle request = fal.registerRequest("r1", MODEL, LIFE);
    fal.registerRequest(
        "f1", MODEL, Script.builder().failed("no face", "bad_request", 422).build());
    for (String word : List.of("CANCELLED", "FAILED", "ARCHIVED")) {
      fal.registerRequest(word, MODEL, Script.builder().ending(word, null).build());
    }
    transcript("status-streams").on("the status changes", request::advance).play();
  }

  @Test
  void commentsOfStatusStreams() {
    fal.close();
    start(Duration.ofMillis(20));
    fal.registerRequest("r1", MODEL, LIFE);
    fal.registerRequest("r2", MODEL, Script.builder().completed().build());
    fal.attachFault("r1", Fault.NONE, 1);
    fal.attachFault("r1", Fault.strangeEventsForComments(Fault.StrangeKind.COMMENT_AS_DATA), 1);
    fal.attachFault("r2", Fault.NO_LAST_BLANK_LINE, 1);
    play("comments");
  }

  @Test
  void results() {
    RequestHandle request = fal.registerRequest("r1", MODEL, LIFE);
    String invalid = "{\"detail\":[{\"loc\":[\"body\"],\"msg\":\"too long\",\"type\":\"value\"}]}";
    fal.registerRequest("v1", MODEL, Script.builder().completed().result(422, invalid).build());
    fal.registerRequest(
        "f1", MODEL, Script.builder().failed("no face", "bad_request", 422).build());
    transcript("results").on("the request completes", request::finish).play();
  }

  @Test
  void cancellations() {
    fal.registerRequest("r1", MODEL, LIFE);
    play("cancellations");
  }

  @Test
  void refusals() {
    fal.attachFault("r1", Surface.STATUS, Fault.TOO_MANY_REQUESTS, 1);
    fal.attachFault("r1", Surface.STATUS, Fault.retryAfterSeconds(2), 1);
    fal.attachFault("r1", Surface.STATUS, Fault.SERVER_ERROR, 1);
    fal.attachFault("r1", Surface.STATUS, Fault.UNAVAILABLE, 1);
    fal.attachFault("r1", Surface.STATUS, Fault.USER_TIMEOUT, 1);
    fal.attachFault("r1", Surface.STATUS, Fault.finalError(500), 1);
    fal.attachFault(
        "r1", Surface.STATUS, Fault.status(403, "User is locked. Reason: Exhausted balance."), 1);
    play("refusals");
  }

  @Test
  void streams() {
    fal.registerStreamApp("a/text", StreamApp.events("{\"output\":\"h\"}", "{\"output\":\"he\"}"));
    fal.registerStreamApp(
        "a/router",
        StreamApp.events(
            "{\"output\":\"one\",\"partial\":true}",
            "{\"error\":{\"message\":\"overloaded\",\"code\":502}}"));
    fal.registerStreamApp(
        "workflows/me/flow",
        StreamApp.events(
            "{\"type\":\"submit\",\"node_id\":\"n1\",\"app_id\":\"a/b\",\"request_id\":\"q\"}",
            "{\"type\":\"completion\",\"node_id\":\"n1\",\"output\":{}}",
            "{\"type\":\"error\",\"node_id\":\"n2\",\"message\":\"no\",\"error\":{\"status\":422}}"));
    fal.registerStreamApp("a/chat", StreamApp.events("{\"choices\":[]}", "[DONE]"));
    fal.registerStreamApp("a/lines", StreamApp.lines("{\"a\":1}", "{\"a\":2}"));
    fal.registerStreamApp("a/whole", StreamApp.json("{\"a\":1}"));
    fal.attachFault("a/invalid", Surface.HTTP_STREAM, Fault.UNPROCESSABLE, 1);
    play("streams");
  }

  @Test
  void tokens() {
    play("tokens");
  }

  @ParameterizedTest
  @EnumSource(names = {"DETAIL", "TOKEN"})
  void tokensOfOlderProxies(TokenShape shape) {
    fal.setTokenShape(shape);
    play("tokens-" + shape.name().toLowerCase(Locale.ROOT));
  }

  @Test
  void realtimeSessions() {
    app(RealtimeApp.builder().images(true).timings(true));
    play("realtime");
  }

  @Test
  void endsOfRealtimeSessions() {
    app(RealtimeApp.builder());
    transcript("realtime-ends")
        .on("nobody sends anything", () -> fal.realtimeApp(APP).sendTimeout())
        .on("the token expires", () -> fal.realtimeApp(APP).sendUnauthorized())
        .on("the next session is refused", this::refuseNextSession)
        .on("the app streams three outputs", () -> app(streaming()))
        .on("the app reads binary frames only", () -> app(RealtimeApp.builder().binaryOnly(true)))
        .on("the session is gone", this::awaitNoSession)
        .play();
  }

  @Test
  void otherFramesOfRealtimeSessions() {
    app(
        RealtimeApp.builder()
            .greets("{\"type\":\"ready\"}", Duration.ofMillis(1))
            .echoesRequestId(false));
    transcript("realtime-frames")
        .on("the app sends ping", () -> fal.realtimeApp(APP).sendFrame("ping"))
        .on("the app bills by ticks", () -> app(RealtimeApp.builder().billingTicks(true)))
        .on("the session is gone", this::awaitNoSession)
        .on("another session is open", this::openSession)
        .play();
  }

  private void openSession() {
    awaitNoSession();
    String url = fal.runUrl() + "/" + APP + "/realtime";
    otherSession = new RealtimeClient(new OkHttpClient(), url, KEY);
    await().until(() -> fal.openSessions() == 1);
  }

  private static RealtimeApp.Builder streaming() {
    return RealtimeApp.builder().mode(RealtimeApp.Mode.SERVER_STREAMING).outputs(3);
  }

  private void app(RealtimeApp.Builder app) {
    fal.registerRealtimeApp(APP, app.build());
  }

  private void refuseNextSession() {
    fal.realtimeApp(APP).refuseSessions(1, 1008, "Forbidden");
  }

  private void awaitNoSession() {
    await().until(() -> fal.openSessions() == 0);
  }

  private void play(String name) {
    transcript(name).play();
  }

  private Transcript transcript(String name) {
    return new Transcript(name)
        .host("queue", fal.queueUrl())
        .host("run", fal.runUrl())
        .host("rest", fal.restUrl());
  }
}
