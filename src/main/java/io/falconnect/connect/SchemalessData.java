// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Converts JSON to the values that Connect uses for data without a schema. */
public final class SchemalessData {
  private SchemalessData() {}

  /**
   * Maps, lists, strings, booleans, int64, and float64 for numbers with a point or an exponent. A
   * number beyond these ranges becomes text, so that it keeps all its digits.
   *
   * @param node null for null
   */
  public static Object fromJson(JsonNode node) {
    if (node == null || node.isNull()) {
      return null;
    }
    if (node.isObject()) {
      Map<String, Object> map = new LinkedHashMap<>();
      node.properties().forEach(field -> map.put(field.getKey(), fromJson(field.getValue())));
      return map;
    }
    if (node.isArray()) {
      List<Object> list = new ArrayList<>(node.size());
      node.forEach(element -> list.add(fromJson(element)));
      return list;
    }
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    if (node.isIntegralNumber()) {
      return node.canConvertToLong() ? (Object) node.longValue() : node.asText();
    }
    return node.isNumber() ? toDouble(node) : node.textValue();
  }

  private static Object toDouble(JsonNode node) {
    double nearest = node.doubleValue();
    return Double.isFinite(nearest) ? (Object) nearest : node.asText();
  }
}
