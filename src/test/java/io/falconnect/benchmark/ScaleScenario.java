// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark;

import io.falconnect.cluster.Jdk;

/** Ten times as many streams at the same rate: memory, completeness, and what an event costs. */
final class ScaleScenario {
  private static final int CONTROL_PARTITIONS = 8;

  private ScaleScenario() {}

  static void play(Stage stage, Jdk jdk, Report report) {
    int rate = Settings.number("scale.rate", 4_000);
    int seconds = Settings.number("scale.seconds", 50);
    Shape few = Shape.ofRate(Settings.number("scale.base", 1_000), rate, seconds);
    Shape many = Shape.ofRate(Settings.number("scale.streams", 10_000), rate, seconds);
    for (String mode : Settings.list("scale.modes", "at-least-once,exactly-once")) {
      Pipeline connector = stage.connector(jdk, mode.equals("exactly-once"));
      report.measured("scale warm-up", jdk, measure(stage, connector, few));
      for (int round = 0; round < Settings.number("scale.rounds", 2); round++) {
        report.measured("scale", jdk, measure(stage, connector, few));
        report.measured("scale", jdk, measure(stage, connector, many));
      }
      stage.closePipelines();
    }
  }

  private static RunFigures measure(Stage stage, Pipeline connector, Shape shape) {
    return stage.measure(connector, stage.run(shape, false, CONTROL_PARTITIONS));
  }
}
