// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.client;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.simulator.http.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** A blocking HTTP client for the simulator's own tests. */
public final class HttpTestClient {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final HttpClient http;
  private final String key;

  public HttpTestClient(HttpClient http, String key) {
    this.http = http;
    this.key = key;
  }

  public static HttpTestClient http1(String key) {
    return new HttpTestClient(
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(), key);
  }

  public HttpResponse<String> get(String url) {
    return send(newRequest(url).GET().build());
  }

  public HttpResponse<String> put(String url) {
    return send(newRequest(url).PUT(HttpRequest.BodyPublishers.noBody()).build());
  }

  public HttpResponse<String> post(String url, String body) {
    return send(newRequest(url).POST(HttpRequest.BodyPublishers.ofString(body)).build());
  }

  /** Reads a stream to its end. */
  public String readStream(String url) {
    return get(url).body();
  }

  public JsonNode getJson(String url) {
    return Json.parse(get(url).body());
  }

  public EventStreamClient openEvents(String url) {
    return EventStreamClient.open(
        http, newRequest(url).header("Accept", "text/event-stream").build());
  }

  private HttpRequest.Builder newRequest(String url) {
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
