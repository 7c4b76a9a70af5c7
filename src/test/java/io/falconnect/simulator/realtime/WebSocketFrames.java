// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.http.Connections;
import io.falconnect.simulator.http.EventLoop;
import io.falconnect.simulator.http.Json;
import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import io.vertx.core.http.WebSocketFrame;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.msgpack.jackson.dataformat.MessagePackFactory;

/** Writes the frames of one WebSocket, with the faults of its connection. */
public final class WebSocketFrames {
  private static final ObjectMapper MSGPACK = new ObjectMapper(new MessagePackFactory());

  private final EventLoop loop;
  private final ServerWebSocket socket;
  private final Channel channel;
  private final Fault.Break end;
  private final boolean partial;
  private int sent;
  private boolean mute;
  private boolean hasEnded;

  WebSocketFrames(
      EventLoop loop,
      ServerWebSocket socket,
      Channel channel,
      List<Fault> faults,
      boolean partial) {
    this.loop = loop;
    this.socket = socket;
    this.channel = channel;
    this.partial = partial;
    end =
        faults.stream()
            .filter(Fault.Break.class::isInstance)
            .map(Fault.Break.class::cast)
            .findFirst()
            .orElse(null);
    endIfDue(Future.succeededFuture());
  }

  /** Returns null if the bytes are not MessagePack. */
  public static JsonNode decode(Buffer bytes) {
    try {
      return MSGPACK.readTree(bytes.getBytes());
    } catch (IOException e) {
      return null;
    }
  }

  /** Writes a control frame, which is always text. */
  void writeControl(JsonNode json) {
    write(json, false);
  }

  void write(JsonNode json, boolean binary) {
    writeRaw(Buffer.buffer(binary ? encode(json) : Json.bytes(json)), binary);
  }

  void writeRaw(Buffer whole, boolean binary) {
    if (mute) {
      return;
    }
    if (end != null && end.ending() == Fault.Ending.RESET_MID_EVENT && sent == end.afterEvents()) {
      mute = true;
      hasEnded = true;
      Buffer half = whole.slice(0, characterStart(whole, whole.length() / 2));
      socket
          .writeFrame(firstFrame(half, binary))
          .onComplete(written -> Connections.resetAfterReading(loop, channel));
      return;
    }
    sent++;
    endIfDue(partial ? writeInPieces(whole, binary) : writeWhole(whole, binary));
  }

  /** Whether the server has ended the session, even if the socket is not closed yet. */
  boolean hasEnded() {
    return hasEnded;
  }

  void close(int code, String reason) {
    if (!mute) {
      mute = true;
      hasEnded = true;
      socket.close((short) code, reason);
    }
  }

  void reset() {
    mute = true;
    hasEnded = true;
    Connections.reset(channel);
  }

  private Future<Void> writeWhole(Buffer whole, boolean binary) {
    return binary
        ? socket.writeFinalBinaryFrame(whole)
        : socket.writeFinalTextFrame(whole.toString());
  }

  private Future<Void> writeInPieces(Buffer whole, boolean binary) {
    int third = characterStart(whole, whole.length() / 3);
    socket.writeFrame(firstFrame(whole.slice(0, third), binary));
    socket.writeFrame(WebSocketFrame.continuationFrame(whole.slice(third, 2 * third), false));
    return socket.writeFrame(
        WebSocketFrame.continuationFrame(whole.slice(2 * third, whole.length()), true));
  }

  /** The first frame is written as text, so it must not end inside a character. */
  private static int characterStart(Buffer bytes, int at) {
    int cut = at;
    while (cut > 0 && (bytes.getByte(cut) & 0xC0) == 0x80) {
      cut--;
    }
    return cut;
  }

  private static WebSocketFrame firstFrame(Buffer bytes, boolean binary) {
    return binary
        ? WebSocketFrame.binaryFrame(bytes, false)
        : WebSocketFrame.textFrame(bytes.toString(), false);
  }

  private void endIfDue(Future<Void> written) {
    if (end == null || sent != end.afterEvents()) {
      return;
    }
    switch (end.ending()) {
      case RESET, RESET_STREAM ->
          endAfter(written, () -> Connections.resetAfterReading(loop, channel));
      case CLEAN -> endAfter(written, socket::close);
      case DEAD -> muteAfter(written, () -> Connections.stopReading(channel));
      case SILENCE -> mute = true;
      case RESET_MID_EVENT -> {}
    }
  }

  private void endAfter(Future<Void> written, Runnable action) {
    hasEnded = true;
    muteAfter(written, action);
  }

  private void muteAfter(Future<Void> written, Runnable action) {
    mute = true;
    written.onComplete(nothing -> action.run());
  }

  public static byte[] encode(JsonNode json) {
    try {
      return MSGPACK.writeValueAsBytes(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
