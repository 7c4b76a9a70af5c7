// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A transcript of fal's protocol, and what it takes to play it. A line that begins with {@code >}
 * is sent, one that begins with {@code <} has to come, {@code !} is something that happens at fal,
 * and {@code #} is a remark.
 *
 * <p>An exchange begins with {@code > METHOD host path}, where the host is one of {@code queue},
 * {@code run} and {@code rest}. Header lines follow, then an empty line and the body. The answer is
 * its status, the headers that matter, an empty line and the body, up to {@code < end} where the
 * body has to end there. After an upgrade each line is a frame. {@code > close} closes the
 * connection.
 */
final class Transcript {
  private final String name;
  private final Map<String, URI> hosts = new HashMap<>();
  private final Map<String, Runnable> events = new HashMap<>();
  private final LinePattern pattern = new LinePattern();
  private RawExchange exchange;
  private RawFrames frames;

  Transcript(String name) {
    this.name = name;
  }

  Transcript host(String host, String url) {
    hosts.put(host, URI.create(url));
    pattern.define(host, url);
    return this;
  }

  /** What happens at a line {@code ! name}. */
  Transcript on(String event, Runnable action) {
    events.put(event, action);
    return this;
  }

  void play() {
    List<String> lines = read();
    try {
      for (int i = 0; i < lines.size(); ) {
        i = playFrom(lines, i);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    } finally {
      closeExchange();
    }
  }

  /** Plays one step and returns the index of the next line. */
  private int playFrom(List<String> lines, int at) throws IOException {
    String line = lines.get(at);
    String where = name + ":" + (at + 1);
    String content = line.length() < 2 ? "" : line.substring(2);
    switch (line.isEmpty() ? '#' : line.charAt(0)) {
      case '#' -> {
        return at + 1;
      }
      case '!' -> {
        assertThat(events).as(where).containsKey(content);
        events.get(content).run();
        return at + 1;
      }
      case '>' -> {
        if (content.equals("close")) {
          closeExchange();
          return at + 1;
        }
        if (frames != null && !content.matches("(GET|PUT|POST) .*")) {
          frames.send(content);
          return at + 1;
        }
        return request(where, lines, at);
      }
      case '<' -> {
        compare(where, content);
        return at + 1;
      }
      default -> throw new IllegalArgumentException(where + ": " + line);
    }
  }

  /** Sends a request and compares the head of the answer. */
  private int request(String where, List<String> lines, int at) throws IOException {
    int end = at;
    while (end < lines.size() && lines.get(end).startsWith(">")) {
      end++;
    }
    List<String> sent =
        lines.subList(at, end).stream()
            .map(line -> pattern.fill(line.length() < 2 ? "" : line.substring(2)))
            .toList();
    int blank = sent.indexOf("") < 0 ? sent.size() : sent.indexOf("");
    String body = String.join("\n", sent.subList(Math.min(blank + 1, sent.size()), sent.size()));
    String[] target = sent.get(0).split(" ");
    closeExchange();
    exchange =
        new RawExchange(hosts.get(target[1]), target[0], target[2], sent.subList(1, blank), body);
    int next = end;
    assertThat(exchange.status())
        .as(where)
        .isEqualTo(Integer.parseInt(lines.get(next++).substring(2)));
    for (; !lines.get(next).equals("<"); next++) {
      String[] header = lines.get(next).substring(2).split(": ", 2);
      assertThat(exchange.header(header[0])).as(where + " " + header[0]).isNotNull();
      pattern.assertMatches(where + " " + header[0], header[1], exchange.header(header[0]));
    }
    frames = exchange.status() == 101 ? new RawFrames(exchange) : null;
    return next + 1;
  }

  private void compare(String where, String expected) throws IOException {
    if (frames != null) {
      if (expected.equals("end")) {
        assertThat(exchange.hasEnded()).as(where).isTrue();
      } else {
        pattern.assertMatches(where, expected, frames.readLine());
      }
      return;
    }
    String line = exchange.readLine();
    if (expected.equals("end")) {
      assertThat(line).as(where + ": the end of the body").isNull();
    } else {
      assertThat(line).as(where).isNotNull();
      pattern.assertMatches(where, expected, line);
    }
  }

  private void closeExchange() {
    try {
      if (exchange != null) {
        exchange.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> read() {
    try (InputStream in = Transcript.class.getResourceAsStream("/protocol/" + name + ".txt")) {
      assertThat(in).as(name).isNotNull();
      return new ArrayList<>(new String(in.readAllBytes(), UTF_8).lines().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
