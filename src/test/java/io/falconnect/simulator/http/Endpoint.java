// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.http;

import java.util.List;

/** An endpoint id, and the part of it that is in the queue's request paths. */
public record Endpoint(String id) {
  private static final List<String> NAMESPACES = List.of("workflows", "comfy");

  /** {@code [namespace/]owner/app}. */
  public String app() {
    String[] parts = id.split("/");
    int kept = NAMESPACES.contains(parts[0]) ? 3 : 2;
    return String.join("/", List.of(parts).subList(0, Math.min(kept, parts.length)));
  }

  public String alias() {
    String app = app();
    return app.substring(app.lastIndexOf('/') + 1);
  }

  public boolean isApp() {
    return id.equals(app()) && id.contains("/");
  }
}
