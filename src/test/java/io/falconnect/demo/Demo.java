// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo;

import io.falconnect.demo.fal.DemoFal;
import io.falconnect.demo.settings.DemoException;
import io.falconnect.demo.settings.DemoSettings;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Shows the connectors at work. Exits with 0 only if everything went as expected. */
public final class Demo {
  private final DemoSettings settings;
  private final PrintStream out;

  private Demo(DemoSettings settings, PrintStream out) {
    this.settings = settings;
    this.out = out;
  }

  /** Runs the demo that system properties and the environment ask for. */
  public static void main(String[] args) {
    int exitCode = 0;
    try {
      new Demo(DemoSettings.read(System.getProperties(), System.getenv()), System.out).run();
    } catch (DemoException e) {
      System.err.println("\nThe demo failed. " + e.getMessage());
      exitCode = 1;
    } catch (RuntimeException | Error e) {
      System.err.println("\nThe demo failed. " + e);
      exitCode = 2;
    }
    System.exit(exitCode);
  }

  private void run() {
    if (!Files.isDirectory(Path.of("config"))) {
      throw new DemoException("No folder config here: run the demo at the root of the repository.");
    }
    long began = System.nanoTime();
    try (DemoFal fal = DemoFal.start(settings)) {
      out.println("\nStarting a Kafka broker and a Connect worker with exactly-once support …");
      try (DemoCluster stage = DemoCluster.start(fal, settings.limit())) {
        out.printf(
            "They run, the worker with the packaged archive, after %.1f s.%n", secondsSince(began));
        new QueueDemo(stage, out).run(fal);
        if (fal.realtimeInputs().isEmpty()) {
          out.println("\nNo realtime: fal's own takes -Ddemo.realtime.endpoint=<endpoint id>.");
        } else {
          new RealtimeDemo(stage, out).run(fal);
        }
        out.printf("%nAll came, in %.1f s.%n", secondsSince(began));
        out.printf("The worker's log: %s%n", stage.workerLog());
      }
    }
  }

  private static double secondsSince(long since) {
    return (System.nanoTime() - since) / 1e9;
  }
}
