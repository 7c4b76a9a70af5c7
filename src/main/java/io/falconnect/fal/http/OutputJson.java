// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/**
 * Reads and writes the JSON of apps, which allows more than the standard. An image is one string of
 * any length. Numbers keep all their digits. Python writes {@code NaN} and {@code Infinity}
 * unquoted. Stateless; safe for any thread.
 */
public final class OutputJson {
  /** The deepest nesting that is read: the threads that read have small stacks. */
  public static final int MAX_DEPTH = 200;

  /** The most digits of a number: parsing more takes very long. */
  private static final int MAX_DIGITS = 10_000;

  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxStringLength(Integer.MAX_VALUE)
                          .maxNumberLength(MAX_DIGITS)
                          .maxNestingDepth(MAX_DEPTH)
                          .build())
                  .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private OutputJson() {}

  /**
   * Reads a text that holds exactly one JSON value. A number with a point or an exponent becomes a
   * decimal. {@code NaN} and {@code Infinity} become doubles, which are written as their text.
   *
   * @return the value, or a missing node if the text is blank
   */
  public static JsonNode read(String text) throws JsonProcessingException {
    try {
      return JSON.readTree(text);
    } catch (NumberFormatException e) {
      // The exponent is too large for a decimal.
      throw new JsonParseException(null, e.getMessage(), e);
    }
  }

  /** Reads a JSON value as {@link #read}; any other text becomes a JSON string. */
  public static JsonNode readOrText(String text) {
    try {
      return read(text);
    } catch (JsonProcessingException e) {
      return JsonNodeFactory.instance.textNode(text);
    }
  }

  /**
   * Writes standard JSON.
   *
   * @param json a node, or maps, lists and values
   */
  public static String write(Object json) {
    try {
      return JSON.writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    }
  }
}
