// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of this build. */
public final class Version {
  /** E.g. {@code 0.1.0}. */
  public static final String VERSION = readVersion();

  private Version() {}

  private static String readVersion() {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("/io/falconnect/version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return properties.getProperty("version");
  }
}
