// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator;

/** Where an app listens on the run host. */
final class Paths {
  private Paths() {}

  /** An endpoint id that already ends in the path gets no second one. */
  static String of(String endpoint, String path) {
    return endpoint.endsWith(path) ? "/" + endpoint : "/" + endpoint + path;
  }
}
