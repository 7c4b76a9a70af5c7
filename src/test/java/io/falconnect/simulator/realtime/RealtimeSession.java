// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.falconnect.simulator.http.EventLoop;
import io.falconnect.simulator.http.Json;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;

/** One realtime session, as fal's server framework runs it. */
final class RealtimeSession {
  private static final int NORMAL = 1000;
  private static final Duration TICK = Duration.ofSeconds(5);
  private static final byte[] PIXEL = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 0, 1, 2, 3};

  private final EventLoop loop;
  private final RealtimeAppState state;
  private final RealtimeApp app;
  private final WebSocketFrames frames;
  private final Deque<Input> buffer = new ArrayDeque<>();
  private boolean working;
  private boolean over;
  private int received;
  private long lastInput = System.nanoTime();

  RealtimeSession(EventLoop loop, RealtimeAppState state, WebSocketFrames frames) {
    this.loop = loop;
    this.state = state;
    this.app = state.app;
    this.frames = frames;
    if (app.idle() != null) {
      watchIdle(app.idle());
    }
  }

  /** The session is open: greets, and sends heartbeats and ticks where the app does. */
  void begin() {
    if (app.ticks()) {
      tick();
    }
    if (app.greeting() != null) {
      loop.schedule(app.greetingDelay(), () -> sendText(app.greeting()));
    }
    if (app.heartbeat() != null) {
      loop.schedule(app.heartbeatInterval(), this::beat);
    }
  }

  private void tick() {
    if (!over) {
      sendTimings();
      loop.schedule(TICK, this::tick);
    }
  }

  private void beat() {
    if (!over) {
      sendText(app.heartbeat());
      loop.schedule(app.heartbeatInterval(), this::beat);
    }
  }

  private void sendText(String frame) {
    if (!over) {
      sendFrame(Buffer.buffer(frame), false);
    }
  }

  void onText(String message) {
    if (app.reads() == RealtimeApp.Reads.ANYTHING) {
      onInput(Json.parseOrNull(message), RealtimeApp.Encoding.JSON);
    } else {
      sendInternalError("text frames are not understood");
    }
  }

  void onBinary(Buffer message) {
    JsonNode json = Json.parseOrNull(message.toString());
    boolean isJson = json != null && json.isContainerNode();
    RealtimeApp.Reads unread = isJson ? RealtimeApp.Reads.MSGPACK : RealtimeApp.Reads.JSON_BINARY;
    if (app.reads() == unread) {
      sendInternalError("the frame cannot be decoded");
    } else if (isJson) {
      onInput(json, RealtimeApp.Encoding.JSON_BINARY);
    } else {
      onInput(WebSocketFrames.decode(message), RealtimeApp.Encoding.MSGPACK);
    }
  }

  /** Works on buffered inputs, unless the app is held. */
  void workOnInputs() {
    while (!over && !working && !state.held && !buffer.isEmpty()) {
      Input input = buffer.poll();
      Duration work = received == 0 ? app.work().plus(app.coldStart()) : app.work();
      if (work.isZero()) {
        answerInput(input);
      } else {
        working = true;
        loop.schedule(
            work,
            () -> {
              working = false;
              answerInput(input);
              workOnInputs();
            });
      }
    }
  }

  void sendFrame(Buffer frame, boolean binary) {
    frames.writeRaw(frame, binary);
  }

  void sendTimeout() {
    sendError("TIMEOUT", "No message received in time");
  }

  void sendInternalError(String reason) {
    sendError("INTERNAL_ERROR", reason);
  }

  void sendUnauthorized() {
    if (!over) {
      over = true;
      frames.writeControl(Json.object().put("status", "error").put("error", "Unauthorized"));
      frames.close(1008, "Unauthorized");
    }
  }

  void close(int code, String reason) {
    over = true;
    frames.close(code, reason);
  }

  void resetConnection() {
    over = true;
    frames.reset();
  }

  /** Whether the session accepts inputs: neither side has ended it. */
  boolean isOpen() {
    return !over && !frames.hasEnded();
  }

  /** The client has gone. */
  void onClientGone() {
    over = true;
    buffer.clear();
  }

  private void onInput(JsonNode json, RealtimeApp.Encoding encoding) {
    if (over) {
      return;
    }
    if (json == null) {
      sendInternalError("the frame cannot be decoded");
      return;
    }
    lastInput = System.nanoTime();
    state.inputs.add(json);
    String unknown = unknownField(json);
    if (unknown != null) {
      sendInternalError("Extra inputs are not permitted: " + unknown);
      return;
    }
    if (json.path("invalid").asBoolean()) {
      sendInternalError("cannot validate the input");
      return;
    }
    buffer.add(new Input(json, encoding));
    if (app.mode() == RealtimeApp.Mode.UNARY && buffer.size() > app.buffer() && isBusy()) {
      state.dropped.add(buffer.poll().json);
    }
    workOnInputs();
  }

  private String unknownField(JsonNode json) {
    return json.properties().stream()
        .map(Map.Entry::getKey)
        .filter(field -> !app.fields().isEmpty() && !app.fields().contains(field))
        .findFirst()
        .orElse(null);
  }

  private boolean isBusy() {
    return working || state.held;
  }

  private void answerInput(Input input) {
    if (over) {
      return;
    }
    if (input.json.path("poison").asBoolean()) {
      sendInternalError("cannot process the input");
      return;
    }
    received++;
    switch (app.mode()) {
      case UNARY -> sendOutput(input, 0);
      case BIDIRECTIONAL -> sendOutputs(input);
      case SERVER_STREAMING -> {
        sendOutputs(input);
        close(NORMAL, "");
      }
      case CLIENT_STREAMING -> {
        if (received == app.outputs()) {
          sendOutput(input, 0);
          close(NORMAL, "");
        }
      }
    }
  }

  private void sendOutputs(Input input) {
    for (int frame = 0; frame < app.outputs(); frame++) {
      sendOutput(input, frame);
    }
  }

  private void sendOutput(Input input, int frame) {
    if (app.ticks()) {
      sendTimings();
    }
    ObjectNode json =
        Json.object()
            .put("frame", frame)
            .put("received", received)
            .put("final", app.mode() == RealtimeApp.Mode.UNARY || frame == app.outputs() - 1);
    JsonNode requestId = input.json.get("request_id");
    if (app.echoesRequestId() && requestId != null) {
      json.set("request_id", requestId);
    }
    json.set("echo", input.json);
    int imageBytes = input.json.path("image_bytes").asInt(app.images() ? PIXEL.length : 0);
    if (imageBytes > 0) {
      ObjectNode image = json.putArray("images").addObject().put("content_type", "image/jpeg");
      image.put("content", Arrays.copyOf(PIXEL, imageBytes)).put("width", 1).put("height", 1);
    }
    RealtimeApp.Encoding encoding = app.encoding();
    write(json, encoding == RealtimeApp.Encoding.AS_INPUT ? input.encoding : encoding);
    if (app.timings() || app.ticks() && frame == app.outputs() - 1) {
      sendTimings();
    }
  }

  private void write(ObjectNode json, RealtimeApp.Encoding encoding) {
    if (encoding == RealtimeApp.Encoding.JSON_BINARY) {
      sendFrame(Buffer.buffer(Json.bytes(json)), true);
    } else {
      frames.write(json, encoding == RealtimeApp.Encoding.MSGPACK);
    }
  }

  private void sendTimings() {
    frames.writeControl(
        Json.object()
            .put("type", "x-fal-message")
            .put("action", "timings")
            .put("timing", app.work().toMillis() / 1000.0));
  }

  private void sendError(String error, String reason) {
    if (!over) {
      over = true;
      frames.writeControl(
          Json.object().put("type", "x-fal-error").put("error", error).put("reason", reason));
      frames.close(NORMAL, "");
    }
  }

  private void watchIdle(Duration left) {
    loop.schedule(
        left,
        () -> {
          Duration silent = Duration.ofNanos(System.nanoTime() - lastInput);
          if (over) {
            return;
          }
          if (silent.compareTo(app.idle()) >= 0) {
            sendTimeout();
          } else {
            watchIdle(app.idle().minus(silent));
          }
        });
  }

  private record Input(JsonNode json, RealtimeApp.Encoding encoding) {}
}
