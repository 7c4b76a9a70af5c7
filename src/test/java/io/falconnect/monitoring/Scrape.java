// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.monitoring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What Prometheus reads of a worker in one go. */
record Scrape(List<Series> series) {
  private static final Pattern LINE = Pattern.compile("(\\w+)(?:\\{(.*)})? (\\S+)");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");

  /** One value, under a name and labels. */
  record Series(String name, Map<String, String> labels, double value) {}

  static Scrape of(int port) {
    URI uri = URI.create("http://127.0.0.1:" + port + "/metrics");
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(30)).build();
    try {
      String text = HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
      return new Scrape(text.lines().flatMap(line -> series(line).stream()).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }

  /** The series that an instant selector without functions finds. */
  List<Series> find(Selector selector) {
    Predicate<Series> matches =
        one ->
            one.name().equals(selector.metric())
                && selector.labels().entrySet().stream()
                    .allMatch(label -> label.getValue().equals(one.labels().get(label.getKey())));
    return series.stream().filter(matches).toList();
  }

  /** The sum of what a selector finds. */
  double sum(String selector) {
    return find(Selector.all(selector).get(0)).stream().mapToDouble(Series::value).sum();
  }

  String of(String connector) {
    return series.stream()
        .filter(one -> connector.equals(one.labels().get("connector")))
        .map(Series::toString)
        .collect(Collectors.joining("\n"));
  }

  private static List<Series> series(String line) {
    return LINE.matcher(line)
        .results()
        .filter(found -> !line.startsWith("#"))
        .map(
            found ->
                new Series(
                    found.group(1), labels(found.group(2)), Double.parseDouble(found.group(3))))
        .toList();
  }

  private static Map<String, String> labels(String text) {
    Map<String, String> labels = new HashMap<>();
    if (text != null) {
      LABEL.matcher(text).results().forEach(label -> labels.put(label.group(1), label.group(2)));
    }
    return labels;
  }
}
