// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.stream;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.List;

/**
 * How an app answers {@code POST …/stream}.
 *
 * @param path appended to the endpoint id, {@code /stream} unless the app says otherwise
 * @param outputs the data of the events; empty for three that echo the input
 * @param interval between two events
 * @param headersAfter how long a stream sends nothing at all
 * @param firstEventAfter how long a stream has sent nothing but headers
 * @param contentType of an answer in one piece, which is then {@code body}; null for a stream
 */
public record StreamApp(
    String path,
    List<String> outputs,
    Duration interval,
    Duration headersAfter,
    Duration firstEventAfter,
    String contentType,
    byte[] body) {

  private static final String DEFAULT_PATH = "/stream";

  public StreamApp {
    outputs = List.copyOf(outputs);
  }

  /** Partial outputs that echo the input, the last with {@code "done": true}. */
  public static StreamApp echo() {
    return events();
  }

  public static StreamApp events(String... outputs) {
    return new StreamApp(
        DEFAULT_PATH, List.of(outputs), Duration.ZERO, Duration.ZERO, Duration.ZERO, null, null);
  }

  /** No stream: a JSON body. */
  public static StreamApp json(String body) {
    byte[] bytes = body.getBytes(UTF_8);
    return new StreamApp(
        DEFAULT_PATH,
        List.of(),
        Duration.ZERO,
        Duration.ZERO,
        Duration.ZERO,
        "application/json",
        bytes);
  }

  /** No stream: bytes. */
  public static StreamApp binary(String contentType, byte[] body) {
    return new StreamApp(
        DEFAULT_PATH,
        List.of(),
        Duration.ZERO,
        Duration.ZERO,
        Duration.ZERO,
        contentType,
        body.clone());
  }

  public StreamApp every(Duration pause) {
    return new StreamApp(path, outputs, pause, headersAfter, firstEventAfter, contentType, body);
  }

  public StreamApp at(String otherPath) {
    return new StreamApp(
        otherPath, outputs, interval, headersAfter, firstEventAfter, contentType, body);
  }

  /** A cold runner: nothing comes for a while, headers included. */
  public StreamApp headersAfter(Duration delay) {
    return new StreamApp(path, outputs, interval, delay, firstEventAfter, contentType, body);
  }

  /** A slow model: the headers come at once, and the first event after a while. */
  public StreamApp firstEventAfter(Duration delay) {
    return new StreamApp(path, outputs, interval, headersAfter, delay, contentType, body);
  }

  /** Outputs as lines instead of events. */
  public static StreamApp lines(String... outputs) {
    byte[] lines = (String.join("\n", outputs) + "\n").getBytes(UTF_8);
    return binary("application/x-ndjson", lines);
  }
}
