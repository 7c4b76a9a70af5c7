// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.List;

/**
 * How an app answers {@code POST …/stream}.
 *
 * @param path appended to the endpoint id, {@code /stream} unless the app says otherwise
 * @param outputs JSON texts, one an event; empty for three that echo the input
 * @param interval between two events
 * @param contentType of an answer in one piece, which is then {@code body}; null for a stream
 */
public record StreamApp(
    String path, List<String> outputs, Duration interval, String contentType, byte[] body) {

  private static final String DEFAULT_PATH = "/stream";

  public StreamApp {
    outputs = List.copyOf(outputs);
  }

  /** Partial outputs that echo the input, the last with {@code "done": true}. */
  public static StreamApp echo() {
    return events();
  }

  public static StreamApp events(String... outputs) {
    return new StreamApp(DEFAULT_PATH, List.of(outputs), Duration.ZERO, null, null);
  }

  /** No stream: a JSON body. */
  public static StreamApp json(String body) {
    byte[] bytes = body.getBytes(UTF_8);
    return new StreamApp(DEFAULT_PATH, List.of(), Duration.ZERO, "application/json", bytes);
  }

  /** No stream: bytes. */
  public static StreamApp binary(String contentType, byte[] body) {
    return new StreamApp(DEFAULT_PATH, List.of(), Duration.ZERO, contentType, body.clone());
  }

  public StreamApp every(Duration pause) {
    return new StreamApp(path, outputs, pause, contentType, body);
  }

  public StreamApp at(String otherPath) {
    return new StreamApp(otherPath, outputs, interval, contentType, body);
  }
}
