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

/** Events to bytes, in all the ways the format allows. */
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

  /** What comes before the first event. */
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
      // Something to cut, whatever the event says.
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
      // White space is welcome next to the outermost braces, whatever is between them.
      int last = data.length() - 1;
      event.append("data: ").append(data.charAt(0)).append(newline);
      event.append("data:").append(data, 1, last).append(newline);
      event.append("data: ").append(data.charAt(last));
    } else {
      event.append("data: ").append(data);
    }
    return Buffer.buffer(event.append(newline).append(newline).toString());
  }

  /** The event's bytes, as they go to the socket one write after the other. */
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

  /** Long enough for the piece before to leave in a packet of its own. */
  Future<Void> pauseBetweenPieces() {
    Promise<Void> over = Promise.promise();
    loop.schedule(BETWEEN_PIECES, over::complete);
    return over.future();
  }
}
