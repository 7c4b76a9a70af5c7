// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster.client;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A sample connector of {@code config/}, with other addresses. */
public final class SampleConnector {
  private static final String SERVERS = ".bootstrap.servers";

  private final ObjectNode posted;

  private SampleConnector(ObjectNode posted) {
    this.posted = posted;
  }

  /** The connector of a file. */
  public static SampleConnector load(String file) {
    try {
      Path path = Path.of("config", file);
      return new SampleConnector((ObjectNode) new ObjectMapper().readTree(Files.readString(path)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sets every key that names bootstrap servers. */
  public SampleConnector withBootstrap(String bootstrap) {
    config()
        .properties()
        .forEach(
            entry -> {
              if (entry.getKey().endsWith(SERVERS)) {
                with(entry.getKey(), bootstrap);
              }
            });
    return this;
  }

  /** Gives it another name. */
  public SampleConnector withName(String name) {
    posted.put("name", name);
    return this;
  }

  /** Sets a key. */
  public SampleConnector with(String key, String value) {
    config().put(key, value);
    return this;
  }

  /** Its name. */
  public String name() {
    return posted.path("name").asText();
  }

  /** The value of a key. */
  public String get(String key) {
    return config().path(key).asText();
  }

  /** The JSON that is posted. */
  public String json() {
    return posted.toString();
  }

  /** Posts the connector and waits until it runs with {@code tasks.max} tasks. */
  public SampleConnector post(ConnectRest rest) {
    rest.request("POST", "/connectors", json());
    rest.awaitRunning(name(), Integer.parseInt(get("tasks.max")));
    return this;
  }

  private ObjectNode config() {
    return (ObjectNode) posted.get("config");
  }
}
