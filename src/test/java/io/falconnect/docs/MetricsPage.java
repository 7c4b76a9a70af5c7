// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What the page of metrics promises, one by one. */
public final class MetricsPage {
  private static final Path PAGE = Path.of("docs", "metrics.md");
  private static final Pattern OUTCOME = Pattern.compile("`([A-Z_]+)`");

  private final List<String> lines;

  private MetricsPage(List<String> lines) {
    this.lines = lines;
  }

  /** The page as it is. */
  public static MetricsPage read() {
    try {
      return new MetricsPage(Files.readAllLines(PAGE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The metrics of a task of the status source, as {@code outcomes-total{outcome=FAILED}}. */
  public Set<String> ofSource() {
    Set<String> metrics = new TreeSet<>();
    rows("## Status source").forEach(row -> metrics.addAll(metrics(row, 1)));
    return metrics;
  }

  /**
   * The metrics of a task of a sink.
   *
   * @param sink {@code realtime}, {@code stream} or {@code queue}
   */
  public Set<String> ofSink(String sink) {
    Set<String> metrics = new TreeSet<>();
    for (List<String> row : rows("## Sinks")) {
      if (row.get(4).equals("all") || row.get(4).contains(sink)) {
        metrics.addAll(metrics(row, sink.equals("realtime") ? 2 : 3));
      }
    }
    return metrics;
  }

  private List<String> metrics(List<String> row, int column) {
    String name = plain(row.get(0));
    String tag = plain(row.get(1));
    List<String> values =
        switch (tag) {
          case "" -> List.of();
          case "outcome" -> OUTCOME.matcher(row.get(4)).results().map(MetricsPage::first).toList();
          default ->
              rows("## Causes and kinds").stream()
                  .filter(cause -> List.of("both", tag).contains(cause.get(column)))
                  .map(cause -> plain(cause.get(0)))
                  .toList();
        };
    return tag.isEmpty()
        ? List.of(name)
        : values.stream().map(value -> name + "{" + tag + "=" + value + "}").toList();
  }

  private static String first(MatchResult match) {
    return match.group(1);
  }

  private static String plain(String cell) {
    return cell.replace("`", "");
  }

  /** The cells of the table under a heading, without its head. */
  private List<List<String>> rows(String heading) {
    List<List<String>> rows = new ArrayList<>();
    for (String line : lines.subList(lines.indexOf(heading) + 1, lines.size())) {
      if (line.startsWith("## ")) {
        break;
      }
      if (line.startsWith("| `")) {
        String[] cells = line.substring(1).split("\\|");
        rows.add(Arrays.stream(cells).map(String::strip).toList());
      }
    }
    return rows;
  }
}
