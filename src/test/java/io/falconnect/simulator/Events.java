// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** The lines of one open stream, as they come. */
final class Events implements AutoCloseable {
  private static final String DATA = "data: ";

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Void> end;
  private volatile Stream<String> source;

  private Events(HttpClient http, HttpRequest request) {
    end =
        http.sendAsync(request, HttpResponse.BodyHandlers.ofLines())
            .thenAcceptAsync(
                response -> {
                  source = response.body();
                  source.forEach(lines::add);
                });
  }

  static Events open(HttpClient http, HttpRequest request) {
    return new Events(http, request);
  }

  List<String> lines() {
    return lines;
  }

  List<JsonNode> json() {
    return lines.stream()
        .filter(line -> line.startsWith(DATA))
        .map(line -> Json.parse(line.substring(DATA.length())))
        .toList();
  }

  List<String> statuses() {
    return json().stream().map(event -> event.path("status").asText()).toList();
  }

  boolean endedWell() {
    return end.isDone() && !end.isCompletedExceptionally();
  }

  boolean endedBadly() {
    return end.isCompletedExceptionally();
  }

  @Override
  public void close() {
    if (source != null) {
      source.close();
    }
    end.cancel(true);
  }
}
