// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.utils.AppInfoParser;

/** The machine, as Linux describes it. */
public final class Machine {
  /** USER_HZ: what Linux counts in towards programs, on every architecture of today. */
  private static final double TICKS_PER_SECOND = 100;

  private Machine() {}

  /** The load average over the last minute. */
  public static double loadAverage() {
    return Double.parseDouble(read(Path.of("/proc/loadavg")).split(" ")[0]);
  }

  /** How long processors were busy since the machine's start, all together. */
  static double busySeconds() {
    String[] ticks = read(Path.of("/proc/stat")).lines().findFirst().orElseThrow().split("\\s+");
    long busy = 0;
    // user, nice, system; then idle and iowait, which are not busy; then irq, softirq.
    for (int column : new int[] {1, 2, 3, 6, 7}) {
      busy += Long.parseLong(ticks[column]);
    }
    return busy / TICKS_PER_SECOND;
  }

  /** The most resident memory a process has had. */
  public static double peakMegabytes(long pid) {
    return readField(Path.of("/proc", Long.toString(pid), "status"), "VmHWM") / 1024.0;
  }

  public static Map<String, Object> describe() {
    Map<String, Object> machine = new LinkedHashMap<>();
    machine.put("processors", Runtime.getRuntime().availableProcessors());
    machine.put("model", processorModel());
    machine.put("memory_megabytes", readField(Path.of("/proc/meminfo"), "MemTotal") / 1024);
    machine.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    machine.put("this_jvm", System.getProperty("java.vm.name") + " " + Runtime.version());
    machine.put("kafka", AppInfoParser.getVersion());
    return machine;
  }

  private static String processorModel() {
    return read(Path.of("/proc/cpuinfo"))
        .lines()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse("unknown");
  }

  private static long readField(Path file, String name) {
    return read(file)
        .lines()
        .filter(line -> line.startsWith(name + ":"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no " + name + " in " + file));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException("not on Linux, or not running any more", e);
    }
  }
}
