// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.falconnect.benchmark.measure.Machine;
import io.falconnect.benchmark.measure.Samples;
import io.falconnect.benchmark.source.StatusFigures;
import io.falconnect.cluster.process.Jdk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** Collects figures, writes them as JSON, and prints medians and their spread as a table. */
public final class Report {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Instant begun = Instant.now();
  private final List<Entry> entries = new ArrayList<>();
  private final Map<Integer, Samples> limits = new TreeMap<>();

  private final List<Other> others = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();

  private record Entry(String scenario, int jdk, StatusFigures figures) {}

  private record Other(String scenario, int jdk, Object figures) {}

  public void addRun(String scenario, Jdk jdk, StatusFigures figures) {
    entries.add(new Entry(scenario, jdk.feature(), figures));
  }

  /** Adds figures of another kind to the JSON. Their line is added by {@link #addLine}. */
  public void addFigures(String scenario, Jdk jdk, Object figures) {
    others.add(new Other(scenario, jdk.feature(), figures));
  }

  /** A line after the tables. */
  public void addLine(String line) {
    lines.add(line);
  }

  /** The rate of events when they are only read. */
  public void addSimulatorLimit(Jdk jdk, double rate) {
    limits.computeIfAbsent(jdk.feature(), feature -> new Samples()).add(rate);
  }

  public double medianRate(Jdk jdk, String pipeline) {
    return samples("throughput", jdk.feature(), pipeline, 0, StatusFigures::rate).median();
  }

  /** Writes all figures, those of warm-ups too. */
  public Path write(Path folder) throws IOException {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("begun", begun.toString());
    all.put("machine", Machine.describe());
    Map<String, String> options = new TreeMap<>();
    System.getProperties()
        .forEach(
            (key, value) -> {
              if (key.toString().startsWith("benchmark.") && !value.toString().isEmpty()) {
                options.put(key.toString(), value.toString());
              }
            });
    all.put("options", options);
    Map<String, Double> rates = new TreeMap<>();
    limits.forEach((jdk, rate) -> rates.put(jdk.toString(), rate.median()));
    all.put("simulator_limit", rates);
    all.put("runs", entries);
    all.put("other_runs", others);
    Files.createDirectories(folder);
    Path file = folder.resolve("benchmark-" + begun.toEpochMilli() + ".json");
    JSON.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), all);
    return file;
  }

  /** All tables. */
  public String format() {
    StringBuilder text = new StringBuilder();
    entries.stream()
        .filter(entry -> !entry.scenario().endsWith("warm-up"))
        .map(
            entry ->
                new Group(
                    entry.scenario(),
                    entry.jdk(),
                    entry.figures().pipeline(),
                    entry.figures().shape().streams()))
        .distinct()
        .forEach(group -> text.append(formatRow(group)));
    limits.forEach(
        (jdk, rates) ->
            text.append(
                "the simulator alone, streams read on JDK %d and nothing done: %s events/s%n"
                    .formatted(jdk, rates.spread(0))));
    lines.forEach(line -> text.append(line).append(System.lineSeparator()));
    return text.toString();
  }

  private record Group(String scenario, int jdk, String pipeline, int streams) {}

  private String formatRow(Group group) {
    return "%-11s JDK %d %-14s %6d streams: rate %s /s; CPU %s us/event, steady %s; peak %s MB; latency p50 %s p99 %s ms; wrong %s; load %s; others %s CPU%n"
        .formatted(
            group.scenario(),
            group.jdk(),
            group.pipeline(),
            group.streams(),
            formatSpread(group, StatusFigures::rate, 0),
            formatSpread(group, StatusFigures::cpuMicros, 1),
            formatSpread(group, StatusFigures::steadyCpuMicros, 1),
            formatSpread(group, StatusFigures::peakMegabytes, 0),
            formatSpread(group, StatusFigures::latencyMedian, 1),
            formatSpread(group, StatusFigures::latencyP99, 1),
            formatSpread(group, figures -> figures.wrong(), 0),
            formatSpread(group, StatusFigures::loadBefore, 1),
            formatSpread(group, StatusFigures::others, 2));
  }

  private String formatSpread(Group group, ToDoubleFunction<StatusFigures> figure, int digits) {
    return samples(group.scenario(), group.jdk(), group.pipeline(), group.streams(), figure)
        .spread(digits);
  }

  private Samples samples(
      String scenario,
      int jdk,
      String pipeline,
      int streams,
      ToDoubleFunction<StatusFigures> figure) {
    return Samples.of(
        entries.stream()
            .filter(entry -> entry.scenario().equals(scenario) && entry.jdk() == jdk)
            .map(Entry::figures)
            .filter(figures -> figures.pipeline().equals(pipeline))
            .filter(figures -> streams == 0 || figures.shape().streams() == streams)
            .mapToDouble(figure)
            .toArray());
  }
}
