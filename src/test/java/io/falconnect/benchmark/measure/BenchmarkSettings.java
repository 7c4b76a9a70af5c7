// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.measure;

import io.falconnect.cluster.process.Jdk;
import io.falconnect.cluster.process.Jdks;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The options, as system properties {@code benchmark.…}. Their defaults are in the build file. */
public final class BenchmarkSettings {
  private BenchmarkSettings() {}

  public static List<String> scenarios() {
    return list("scenarios", "scale,throughput,latency");
  }

  /** The JDKs of workers and bare loops. */
  public static List<Jdk> jdks() {
    return list("jdks", "newest").stream()
        .map(
            name ->
                switch (name) {
                  case "current" -> Jdks.current();
                  case "newest" -> Jdks.newest();
                  default -> throw new IllegalArgumentException("no such JDK: " + name);
                })
        .distinct()
        .toList();
  }

  /** Settings that are added to a connector's configuration. */
  public static Map<String, String> connectorSettings() {
    Map<String, String> settings = new HashMap<>();
    for (String setting : list("connector.settings", "")) {
      String[] pair = setting.split("=", 2);
      settings.put(pair[0], pair[1]);
    }
    return settings;
  }

  public static int number(String name, int otherwise) {
    return Integer.parseInt(text(name, Integer.toString(otherwise)));
  }

  public static List<String> list(String name, String otherwise) {
    return Arrays.stream(text(name, otherwise).split("[,\\s]+"))
        .filter(entry -> !entry.isEmpty())
        .toList();
  }

  public static String text(String name, String otherwise) {
    String value = System.getProperty("benchmark." + name, "").strip();
    return value.isEmpty() ? otherwise : value;
  }
}
