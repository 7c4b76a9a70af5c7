// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.http;

/** Paths of apps on the run host. */
public final class AppPaths {
  private AppPaths() {}

  /** The path of an app; it is not appended to an endpoint id that already ends with it. */
  public static String join(String endpoint, String path) {
    return endpoint.endsWith(path) ? "/" + endpoint : "/" + endpoint + path;
  }
}
