// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** The simplest client there is, for the simulator's own tests. */
final class PlainClient {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HttpClient http;
  private final String key;

  PlainClient(HttpClient http, String key) {
    this.http = http;
    this.key = key;
  }

  static PlainClient http1(String key) {
    return new PlainClient(
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(), key);
  }

  HttpResponse<String> get(String url) {
    return send(request(url).GET().build());
  }

  HttpResponse<String> put(String url) {
    return send(request(url).PUT(HttpRequest.BodyPublishers.noBody()).build());
  }

  HttpResponse<String> post(String url, String body) {
    return send(request(url).POST(HttpRequest.BodyPublishers.ofString(body)).build());
  }

  /** The whole of a stream that ends. */
  String stream(String url) {
    return get(url).body();
  }

  JsonNode json(String url) {
    return Json.parse(get(url).body());
  }

  Events events(String url) {
    return Events.open(http, request(url).header("Accept", "text/event-stream").build());
  }

  private HttpRequest.Builder request(String url) {
    HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(url)).timeout(PATIENCE);
    return key == null ? builder : builder.header("Authorization", "Key " + key);
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
