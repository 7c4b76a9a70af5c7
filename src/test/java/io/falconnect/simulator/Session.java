// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;

/** A realtime session as a client sees it, for the simulator's own tests. */
final class Session extends WebSocketListener implements AutoCloseable {
  private final List<JsonNode> texts = new CopyOnWriteArrayList<>();
  private final List<JsonNode> binaries = new CopyOnWriteArrayList<>();
  private final WebSocket socket;
  private volatile boolean closed;
  private volatile boolean failed;
  private volatile int refusedWith;

  Session(OkHttpClient http, String url, String key) {
    Request.Builder request = new Request.Builder().url(url);
    if (key != null) {
      request.header("Authorization", "Key " + key);
    }
    socket = http.newWebSocket(request.build(), this);
  }

  void text(String json) {
    socket.send(json);
  }

  void binary(String json) {
    socket.send(ByteString.of(Frames.encode(Json.parse(json))));
  }

  List<JsonNode> texts() {
    return texts;
  }

  List<JsonNode> binaries() {
    return binaries;
  }

  List<JsonNode> all() {
    return Stream.concat(texts.stream(), binaries.stream()).toList();
  }

  boolean closed() {
    return closed;
  }

  boolean failed() {
    return failed;
  }

  int refusedWith() {
    return refusedWith;
  }

  @Override
  public void onMessage(WebSocket webSocket, String text) {
    texts.add(Json.parse(text));
  }

  @Override
  public void onMessage(WebSocket webSocket, ByteString bytes) {
    binaries.add(Frames.decode(Buffer.buffer(bytes.toByteArray())));
  }

  @Override
  public void onClosing(WebSocket webSocket, int code, String reason) {
    webSocket.close(code, null);
    closed = true;
  }

  @Override
  public void onFailure(WebSocket webSocket, Throwable failure, Response response) {
    if (response != null) {
      refusedWith = response.code();
    }
    failed = true;
  }

  @Override
  public void close() {
    socket.cancel();
  }
}
