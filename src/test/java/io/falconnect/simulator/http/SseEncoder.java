// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.falconnect.simulator.fault.Fault;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Encodes server-sent events in every form that the format allows, as faults ask for. */
final class SseEncoder {
  private static final Duration BETWEEN_PIECES = Duration.ofMillis(5);
  private static final int HUGE = 1 << 20;

  private final EventLoop loop;
  private final Set<Fault.Style> styles;
  private final boolean hugeLine;
  private final String newline;

  SseEncoder(EventLoop loop, List<Fault> faults) {
    this.loop = loop;
    styles =
        faults.stream()
            .filter(Fault.WireStyle.class::isInstance)
            .map(fault -> ((Fault.WireStyle) fault).style())
            .collect(Collectors.toSet());
    hugeLine = faults.contains(Fault.HUGE_LOG_LINE);
    newline =
        styles.contains(Fault.Style.CRLF) ? "\r\n" : styles.contains(Fault.Style.CR) ? "\r" : "\n";
  }

  /** Bytes before the first event: a byte order mark or a retry line, if faults ask for them. */
  Buffer createPrologue() {
    Buffer bytes = Buffer.buffer();
    if (styles.contains(Fault.Style.BYTE_ORDER_MARK)) {
      bytes.appendString("\uFEFF");
    }
    if (styles.contains(Fault.Style.RETRY_LINE)) {
      bytes.appendString("retry: 1" + newline + newline);
    }
    return bytes;
  }

  ObjectNode addExtras(ObjectNode json, boolean first) {
    if (styles.contains(Fault.Style.SPLIT_UTF8)) {
      // Characters of several bytes, so that there is one to cut.
      json.put("note", "\u00fc\u20ac\ud83d\ude00");
    }
    if (styles.contains(Fault.Style.EXTRA_FIELDS)) {
      json.putNull("nothing").put("novelty", 1).putObject("nested").putArray("deep").add(true);
      List.of("queue_position", "logs", "metrics", "error", "error_type").stream()
          .filter(name -> !json.has(name))
          .forEach(json::putNull);
    }
    if (hugeLine && first) {
      ArrayNode logs = json.get("logs") instanceof ArrayNode there ? there : json.putArray("logs");
      logs.addObject()
          .put("message", "x".repeat(HUGE))
          .put("level", "INFO")
          .put("source", "run")
          .put("timestamp", "2026-01-01T00:00:00Z");
    }
    return json;
  }

  Buffer encode(String data) {
    StringBuilder event = new StringBuilder(data.length() + 16);
    if (styles.contains(Fault.Style.MULTI_LINE_DATA)) {
      // Next to the outermost braces JSON allows white space, so the text can be cut there.
      int last = data.length() - 1;
      event.append("data: ").append(data.charAt(0)).append(newline);
      event.append("data:").append(data, 1, last).append(newline);
      event.append("data: ").append(data.charAt(last));
    } else {
      event.append("data: ").append(data);
    }
    event.append(newline);
    boolean isLast = data.contains("\"status\":\"COMPLETED\"");
    if (!isLast || !styles.contains(Fault.Style.NO_LAST_BLANK_LINE)) {
      event.append(newline);
    }
    return Buffer.buffer(event.toString());
  }

  /** The event's bytes, one buffer for each write to the socket. */
  List<Buffer> encodeInPieces(String data) {
    Buffer whole = encode(data);
    if (!styles.contains(Fault.Style.SPLIT_UTF8)) {
      return List.of(whole);
    }
    int first = 0;
    while (first < whole.length() && whole.getByte(first) >= 0) {
      first++;
    }
    int cut = Math.min(first + 1, whole.length());
    return List.of(whole.slice(0, cut), whole.slice(cut, whole.length()));
  }

  /** Waits until the piece before has left in a packet of its own. */
  Future<Void> pauseBetweenPieces() {
    Promise<Void> over = Promise.promise();
    loop.schedule(BETWEEN_PIECES, over::complete);
    return over.future();
  }
}
