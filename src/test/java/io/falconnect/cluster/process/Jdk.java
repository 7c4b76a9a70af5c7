// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster.process;

import java.nio.file.Path;

/**
 * An installed JDK.
 *
 * @param home its home folder
 * @param feature its feature release: 17, 21, 25
 */
public record Jdk(Path home, int feature) {

  /** The path of one of its programs: {@code java}, {@code jcmd}. */
  public Path program(String name) {
    return home.resolve("bin").resolve(name);
  }
}
