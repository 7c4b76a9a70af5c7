// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.falconnect.cluster.process.Waits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;

/**
 * A client of a worker's REST API. Requests that meet a rebalance are sent again, within limits.
 */
public final class ConnectRest {

  private static final Duration REQUEST_LIMIT = Duration.ofSeconds(30);
  private static final Duration WAIT_LIMIT = Duration.ofSeconds(120);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(5))
          .build();

  private final String url;
  private final Supplier<String> diagnosis;

  /** A client of the worker at a URL. The diagnosis is added to what failing waits say. */
  public ConnectRest(String url, Supplier<String> diagnosis) {
    this.url = url;
    this.diagnosis = diagnosis;
  }

  /** Creates a connector, or gives it another configuration. */
  public void putConnector(String name, Map<String, String> config) {
    request("PUT", "/connectors/" + name + "/config", json(config));
  }

  /** Has a configuration checked, without creating anything. */
  public ConfigValidation validate(String connectorClass, Map<String, String> config) {
    Map<String, String> whole = new LinkedHashMap<>(config);
    whole.putIfAbsent("connector.class", connectorClass);
    String path = "/connector-plugins/" + connectorClass + "/config/validate";
    return ConfigValidation.of(request("PUT", path, json(whole)));
  }

  /**
   * Whether the worker has joined its group. Other requests are answered before that, with
   * incomplete data. Workers have this request since Kafka 3.9.
   */
  public boolean isHealthy() {
    try {
      request("GET", "/health", null);
      return true;
    } catch (ConnectRestException e) {
      return false;
    }
  }

  /** The names of all connectors. */
  public List<String> connectors() {
    return StreamSupport.stream(request("GET", "/connectors", null).spliterator(), false)
        .map(JsonNode::asText)
        .toList();
  }

  /** The classes of connectors that the worker has found. */
  public List<String> plugins() {
    return StreamSupport.stream(request("GET", "/connector-plugins", null).spliterator(), false)
        .map(plugin -> plugin.path("class").asText())
        .toList();
  }

  /** What the worker says about a connector. Right after a crash that can be from before it. */
  public ConnectorStatus status(String name) {
    return ConnectorStatus.of(request("GET", "/connectors/" + name + "/status", null));
  }

  /** Waits until the connector and exactly so many tasks run. */
  public ConnectorStatus awaitRunning(String name, int tasks) {
    return awaitStatus(
        name,
        name + " to run with " + tasks + " tasks",
        WAIT_LIMIT,
        status -> status.isAll("RUNNING", tasks));
  }

  /** Waits until the connector or one of its tasks has failed. */
  public ConnectorStatus awaitFailed(String name) {
    return awaitStatus(name, name + " to fail", WAIT_LIMIT, ConnectorStatus::isFailed);
  }

  /** Waits until the connector's status is as wanted. */
  public ConnectorStatus awaitStatus(
      String name, String what, Duration limit, Predicate<ConnectorStatus> wanted) {
    AtomicReference<ConnectorStatus> last = new AtomicReference<>();
    return Waits.until(
        what,
        limit,
        () -> {
          last.set(status(name));
          return Optional.of(last.get()).filter(wanted);
        },
        () -> "Last status: %s%n%s".formatted(last.get(), diagnosis.get()));
  }

  /** Pauses a connector and waits until all of it is paused. */
  public void pause(String name) {
    request("PUT", "/connectors/" + name + "/pause", "");
    awaitStatus(
        name,
        name + " to be paused",
        WAIT_LIMIT,
        status -> status.isAll("PAUSED", status.tasks().size()));
  }

  /** Resumes a paused or stopped connector. */
  public void resume(String name) {
    request("PUT", "/connectors/" + name + "/resume", "");
  }

  /** Stops a connector and waits until its tasks are gone, as altering its offsets asks for. */
  public void stop(String name) {
    request("PUT", "/connectors/" + name + "/stop", "");
    awaitStatus(name, name + " to be stopped", WAIT_LIMIT, status -> status.isAll("STOPPED", 0));
  }

  /** Restarts a connector and all its tasks. */
  public void restart(String name) {
    request("POST", "/connectors/" + name + "/restart?includeTasks=true", "");
  }

  /** Deletes a connector. */
  public void delete(String name) {
    request("DELETE", "/connectors/" + name, null);
  }

  /** The committed offsets of a connector. */
  public JsonNode offsets(String name) {
    return request("GET", "/connectors/" + name + "/offsets", null);
  }

  /** Alters offsets of a stopped connector: <code>{"offsets": [{"partition", "offset"}]}</code>. */
  public JsonNode patchOffsets(String name, String json) {
    return request("PATCH", "/connectors/" + name + "/offsets", json);
  }

  /** Resets all offsets of a stopped connector. */
  public JsonNode deleteOffsets(String name) {
    return request("DELETE", "/connectors/" + name + "/offsets", null);
  }

  /** Any other request. A body of null sends none. */
  public JsonNode request(String method, String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(REQUEST_LIMIT)
            .header("Content-Type", "application/json")
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answer = sendAfterRebalance(request);
    if (answer.statusCode() >= 400) {
      throw new ConnectRestException(method + " " + path, answer.statusCode(), answer.body());
    }
    return parse(answer.body());
  }

  private HttpResponse<String> sendAfterRebalance(HttpRequest request) {
    HttpResponse<String> first = send(request);
    if (!isRebalancing(first)) {
      return first;
    }
    return Waits.until(
        "the end of a rebalance",
        WAIT_LIMIT,
        () -> Optional.of(send(request)).filter(answer -> !isRebalancing(answer)),
        diagnosis);
  }

  private static boolean isRebalancing(HttpResponse<String> response) {
    return response.statusCode() == 409 && response.body().contains("rebalance");
  }

  private static HttpResponse<String> send(HttpRequest request) {
    try {
      return HTTP.send(request, BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(request.method() + " " + request.uri() + ": " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted during " + request.uri(), e);
    }
  }

  private static JsonNode parse(String body) {
    try {
      return body.isBlank() ? MissingNode.getInstance() : JSON.readTree(body);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("No JSON: " + body, e);
    }
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
