// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.http;

/** Where an app listens on the run host. */
public final class AppPaths {
  private AppPaths() {}

  /** An endpoint id that already ends in the path gets no second one. */
  public static String join(String endpoint, String path) {
    return endpoint.endsWith(path) ? "/" + endpoint : "/" + endpoint + path;
  }
}
