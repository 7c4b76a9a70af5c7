// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.simulator.http.Json;
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

/** A realtime session of a client, for the simulator's own tests. */
public final class RealtimeClient extends WebSocketListener implements AutoCloseable {
  private final List<JsonNode> texts = new CopyOnWriteArrayList<>();
  private final List<JsonNode> binaries = new CopyOnWriteArrayList<>();
  private final WebSocket socket;
  private volatile boolean isClosed;
  private volatile boolean hasFailed;
  private volatile int refusedWith;

  public RealtimeClient(OkHttpClient http, String url, String key) {
    Request.Builder request = new Request.Builder().url(url);
    if (key != null) {
      request.header("Authorization", "Key " + key);
    }
    socket = http.newWebSocket(request.build(), this);
  }

  public void sendText(String json) {
    socket.send(json);
  }

  public void sendBinary(String json) {
    socket.send(ByteString.of(WebSocketFrames.encode(Json.parse(json))));
  }

  public List<JsonNode> texts() {
    return texts;
  }

  public List<JsonNode> binaries() {
    return binaries;
  }

  public List<JsonNode> allFrames() {
    return Stream.concat(texts.stream(), binaries.stream()).toList();
  }

  public boolean isClosed() {
    return isClosed;
  }

  public boolean hasFailed() {
    return hasFailed;
  }

  public int refusedWith() {
    return refusedWith;
  }

  @Override
  public void onMessage(WebSocket webSocket, String text) {
    texts.add(Json.parse(text));
  }

  @Override
  public void onMessage(WebSocket webSocket, ByteString bytes) {
    binaries.add(WebSocketFrames.decode(Buffer.buffer(bytes.toByteArray())));
  }

  @Override
  public void onClosing(WebSocket webSocket, int code, String reason) {
    webSocket.close(code, null);
    isClosed = true;
  }

  @Override
  public void onFailure(WebSocket webSocket, Throwable failure, Response response) {
    if (response != null) {
      refusedWith = response.code();
    }
    hasFailed = true;
  }

  @Override
  public void close() {
    socket.cancel();
  }
}
