// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares lines with the lines of a transcript. JSON has to have the same fields and values, in
 * any order. A transcript may have {@code $text}, {@code $number} and {@code $time} in place of a
 * value. Any other name, such as {@code $id}, is a value that is unknown at first and stays the
 * same from then on.
 */
final class LinePattern {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern NAME = Pattern.compile("\\$([a-z]+)");

  private final Map<String, String> known = new HashMap<>();

  void define(String name, String value) {
    known.put(name, value);
  }

  /** The line with all values that are known by now. */
  String fill(String line) {
    return NAME.matcher(line)
        .replaceAll(
            found -> Matcher.quoteReplacement(known.getOrDefault(found.group(1), found.group())));
  }

  void assertMatches(String where, String expected, String actual) {
    int start = expected.indexOf('{');
    JsonNode json = start < 0 ? null : parseOrNull(expected.substring(start));
    if (json == null) {
      assertText(where, expected, actual);
      return;
    }
    assertThat(actual).as(where).startsWith(expected.substring(0, start) + "{");
    assertJson(where, json, parseOrNull(actual.substring(start)));
  }

  private void assertJson(String where, JsonNode expected, JsonNode actual) {
    if (expected.isTextual() && expected.asText().contains("$")) {
      assertValue(where, expected.asText(), actual);
    } else if (expected.isContainerNode()) {
      assertThat(actual).as(where).isNotNull();
      assertThat(actual.getNodeType()).as(where).isEqualTo(expected.getNodeType());
      assertThat(fields(actual)).as(where).containsExactlyInAnyOrderElementsOf(fields(expected));
      fields(expected)
          .forEach(name -> assertJson(where + "/" + name, get(expected, name), get(actual, name)));
    } else {
      assertThat(actual).as(where).isEqualTo(expected);
    }
  }

  private void assertValue(String where, String expected, JsonNode actual) {
    switch (expected) {
      case "$number" -> assertThat(actual.isNumber()).as(where).isTrue();
      case "$time" -> assertThat(Instant.parse(actual.asText())).as(where).isNotNull();
      default -> {
        assertThat(actual.isTextual()).as(where).isTrue();
        assertText(where, expected, actual.asText());
      }
    }
  }

  private void assertText(String where, String expected, String actual) {
    String filled = fill(expected);
    List<String> names = new ArrayList<>();
    StringBuilder pattern = new StringBuilder();
    Matcher finder = NAME.matcher(filled);
    int from = 0;
    while (finder.find()) {
      pattern.append(Pattern.quote(filled.substring(from, finder.start()))).append("(.+)");
      names.add(finder.group(1));
      from = finder.end();
    }
    pattern.append(Pattern.quote(filled.substring(from)));
    Matcher matcher = Pattern.compile(pattern.toString()).matcher(actual);
    assertThat(matcher.matches()).as("%s: <%s> is <%s>", where, actual, filled).isTrue();
    for (int i = 0; i < names.size(); i++) {
      if (!names.get(i).equals("text")) {
        known.put(names.get(i), matcher.group(i + 1));
      }
    }
  }

  private static List<String> fields(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      names.add(Integer.toString(i));
    }
    return names;
  }

  private static JsonNode get(JsonNode node, String name) {
    return node.isArray() ? node.get(Integer.parseInt(name)) : node.get(name);
  }

  private static JsonNode parseOrNull(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return null;
    }
  }
}
