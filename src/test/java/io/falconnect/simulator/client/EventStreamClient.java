// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.simulator.http.Json;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;

/** Reads the lines of one open stream as they arrive. */
public final class EventStreamClient implements AutoCloseable {
  private static final String DATA = "data: ";

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Void> end;
  private volatile Stream<String> source;

  private EventStreamClient(HttpClient http, HttpRequest request) {
    end =
        http.sendAsync(request, HttpResponse.BodyHandlers.ofLines())
            .thenAcceptAsync(
                response -> {
                  source = response.body();
                  source.forEach(lines::add);
                });
  }

  static EventStreamClient open(HttpClient http, HttpRequest request) {
    return new EventStreamClient(http, request);
  }

  public List<String> lines() {
    return lines;
  }

  public List<JsonNode> events() {
    return lines.stream()
        .filter(line -> line.startsWith(DATA))
        .map(line -> Json.parse(line.substring(DATA.length())))
        .toList();
  }

  public List<String> statuses() {
    return events().stream().map(event -> event.path("status").asText()).toList();
  }

  public boolean hasEnded() {
    return end.isDone() && !end.isCompletedExceptionally();
  }

  public boolean hasFailed() {
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
