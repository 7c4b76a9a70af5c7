// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.input;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;

/**
 * Converts Connect's data to JSON, with or without a schema. An instance converts one value, on one
 * thread.
 *
 * <table>
 * <caption>How types are converted</caption>
 * <tr><th>Connect</th><th>JSON</th></tr>
 * <tr><td>int8, int16, int32, int64</td><td>number</td></tr>
 * <tr><td>float32, float64</td><td>number; NaN and the infinities cannot be sent</td></tr>
 * <tr><td>boolean, string</td><td>boolean, string</td></tr>
 * <tr><td>bytes</td><td>binary: base64 text in JSON, {@code bin} in MessagePack</td></tr>
 * <tr><td>array</td><td>array</td></tr>
 * <tr><td>map</td><td>object, nulls included; a key that is not a string becomes its text</td></tr>
 * <tr><td>Struct</td><td>object, without the fields that are null: an app's model takes what is
 *     absent for its default, and refuses a null. A null stays a null where the schema has a default,
 *     because fal has defaults of its own</td></tr>
 * <tr><td>null</td><td>null</td></tr>
 * <tr><td>Decimal</td><td>number with all digits</td></tr>
 * <tr><td>Date</td><td>text, {@code 2026-11-22}</td></tr>
 * <tr><td>Time</td><td>text, {@code 20:15:00}</td></tr>
 * <tr><td>Timestamp, and any {@link java.util.Date} without a schema</td>
 *     <td>text, {@code 2026-11-22T20:15:00Z}</td></tr>
 * </table>
 */
final class InputJson {
  /** How deep objects and arrays may be nested. */
  static final int MAX_DEPTH = 200;

  private static final int MAX_PATH = 200;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final Deque<Object> path = new ArrayDeque<>();

  private InputJson() {}

  /**
   * Converts a value.
   *
   * @param schema null if the value has none
   * @param value may be null
   * @throws UnusableInputException if JSON has no form for the value; the message names the field
   */
  static JsonNode fromConnect(Schema schema, Object value) throws UnusableInputException {
    return new InputJson().node(schema, value);
  }

  private JsonNode node(Schema schema, Object value) throws UnusableInputException {
    if (value instanceof Struct struct) {
      return object(struct);
    }
    if (value instanceof Map<?, ?> map) {
      return object(schema, map);
    }
    if (value instanceof Collection<?> list) {
      return array(schema, list);
    }
    return value instanceof Number number ? number(number) : scalar(schema, value);
  }

  private JsonNode scalar(Schema schema, Object value) throws UnusableInputException {
    if (value == null) {
      return NullNode.getInstance();
    }
    if (value instanceof String text) {
      return NODES.textNode(text);
    }
    if (value instanceof Boolean bool) {
      return NODES.booleanNode(bool);
    }
    if (value instanceof byte[] bytes) {
      return NODES.binaryNode(bytes);
    }
    if (value instanceof ByteBuffer buffer) {
      return NODES.binaryNode(toBytes(buffer));
    }
    if (value instanceof java.util.Date date) {
      return NODES.textNode(formatDate(schema, date));
    }
    throw createException("is of a type that Connect does not know, " + value.getClass().getName());
  }

  private JsonNode number(Number value) throws UnusableInputException {
    if (value instanceof Double || value instanceof Float) {
      if (!Double.isFinite(value.doubleValue())) {
        throw createException("is " + value + ", for which JSON has no number");
      }
      return value instanceof Float single
          ? NODES.numberNode(single)
          : NODES.numberNode((Double) value);
    }
    if (value instanceof BigDecimal decimal) {
      return NODES.numberNode(decimal);
    }
    if (value instanceof BigInteger integer) {
      return NODES.numberNode(integer);
    }
    return NODES.numberNode(value.longValue());
  }

  /** Does not use {@code toInstant}, which dates of java.sql do not support. */
  private static String formatDate(Schema schema, java.util.Date date) {
    Instant instant = Instant.ofEpochMilli(date.getTime());
    String type = schema == null ? null : schema.name();
    if (Date.LOGICAL_NAME.equals(type)) {
      return instant.atOffset(ZoneOffset.UTC).toLocalDate().toString();
    }
    if (Time.LOGICAL_NAME.equals(type)) {
      return DateTimeFormatter.ISO_LOCAL_TIME.format(instant.atOffset(ZoneOffset.UTC));
    }
    return instant.toString();
  }

  private JsonNode object(Struct struct) throws UnusableInputException {
    ObjectNode object = NODES.objectNode();
    for (Field field : struct.schema().fields()) {
      Object value = valueOf(struct, field);
      if (value != null) {
        enter(field.name());
        object.set(field.name(), node(field.schema(), value));
        path.removeLast();
      }
    }
    return object;
  }

  /** A null of an optional field is a null, whatever default its schema has. */
  private static Object valueOf(Struct struct, Field field) {
    boolean isOptional = field.schema().isOptional();
    return isOptional ? struct.getWithoutDefault(field.name()) : struct.get(field);
  }

  private JsonNode object(Schema schema, Map<?, ?> map) throws UnusableInputException {
    ObjectNode object = NODES.objectNode();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      String key = key(schema == null ? null : schema.keySchema(), entry.getKey());
      enter(key);
      if (object.has(key)) {
        throw createException("is there twice: two keys of the map have the same text");
      }
      object.set(key, node(schema == null ? null : schema.valueSchema(), entry.getValue()));
      path.removeLast();
    }
    return object;
  }

  private String key(Schema schema, Object key) throws UnusableInputException {
    if (key instanceof String text) {
      return text;
    }
    JsonNode node = node(schema, key);
    if (node.isContainerNode() || node.isNull()) {
      throw createException("has a key that is no text but " + node.getNodeType());
    }
    return node.asText();
  }

  private JsonNode array(Schema schema, Collection<?> list) throws UnusableInputException {
    ArrayNode array = NODES.arrayNode(list.size());
    for (Object element : list) {
      enter(array.size());
      array.add(node(schema == null ? null : schema.valueSchema(), element));
      path.removeLast();
    }
    return array;
  }

  private void enter(Object step) throws UnusableInputException {
    if (path.size() == MAX_DEPTH) {
      throw createException("is nested deeper than " + MAX_DEPTH + " levels");
    }
    path.addLast(step);
  }

  /** An exception that names the field at which the conversion is. */
  private UnusableInputException createException(String what) {
    StringBuilder where = new StringBuilder();
    for (Iterator<Object> steps = path.iterator(); steps.hasNext() && where.length() < MAX_PATH; ) {
      Object step = steps.next();
      where.append(
          step instanceof Integer ? "[" + step + "]" : (where.isEmpty() ? "" : ".") + step);
    }
    if (where.length() > MAX_PATH) {
      where.setLength(MAX_PATH);
      where.append('…');
    }
    return new UnusableInputException((path.isEmpty() ? "it" : "its field " + where) + " " + what);
  }

  /** The bytes from the buffer's position to its limit; the buffer stays as it is. */
  static byte[] toBytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
