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
import io.falconnect.fal.realtime.RealtimeFrames;

/**
 * JSON as apps write it, which is more than the standard has: an image is one string of any length,
 * numbers keep all their digits, and Python writes {@code NaN} and the infinities as they are.
 */
public final class OutputJson {
  /** A longer number is no output, and takes long to read. */
  private static final int MAX_DIGITS = 10_000;

  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxStringLength(Integer.MAX_VALUE)
                          .maxNumberLength(MAX_DIGITS)
                          .maxNestingDepth(RealtimeFrames.MAX_DEPTH)
                          .build())
                  .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private OutputJson() {}

  /**
   * Reads one value that is all there is; a missing node where there is nothing.
   *
   * <p>A number with a point or an exponent is a decimal. {@code NaN} and the infinities are
   * doubles, which are written as their text.
   */
  public static JsonNode read(String text) throws JsonProcessingException {
    try {
      return JSON.readTree(text);
    } catch (NumberFormatException e) {
      // An exponent that no decimal has.
      throw new JsonParseException(null, e.getMessage(), e);
    }
  }

  /** The same; a text that is no JSON is itself. */
  public static JsonNode readOrText(String text) {
    try {
      return read(text);
    } catch (JsonProcessingException e) {
      return JsonNodeFactory.instance.textNode(text);
    }
  }

  /**
   * Writes what any parser of JSON reads.
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
