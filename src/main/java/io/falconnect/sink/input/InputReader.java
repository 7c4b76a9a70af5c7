// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.input;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import okio.ByteString;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * Makes inputs of the records that Connect gives: the value becomes a JSON object, encoded for fal,
 * and gets a request id. Has no state.
 */
public final class InputReader {
  static final String REQUEST_ID = "request_id";

  private static final int MAX_REASON = 300;

  /** Numbers keep all their digits, and strings may be as long as a record. */
  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(InputJson.MAX_DEPTH)
                          .maxStringLength(Integer.MAX_VALUE)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  private final Function<JsonNode, ByteString> encoding;
  private final boolean addsId;

  /**
   * A reader for one sink.
   *
   * @param encoding encodes an input for fal
   * @param addsId whether the request id that the connector makes is added to the JSON, so that fal
   *     gets it too
   */
  public InputReader(Function<JsonNode, ByteString> encoding, boolean addsId) {
    this.encoding = encoding;
    this.addsId = addsId;
  }

  /**
   * Makes an input of a record. If the value has no usable {@code request_id}, the connector makes
   * one of the coordinates of the record: the same record always gets the same id.
   *
   * @param assignment of the record's partition
   * @throws UnusableInputException if the value cannot become a JSON object, or cannot be encoded
   */
  public Input read(SinkRecord record, Assignment assignment) throws UnusableInputException {
    if (!(parseJson(record) instanceof ObjectNode object)) {
      throw new UnusableInputException("its value is not a JSON object");
    }
    String requestId = findUsableId(object.get(REQUEST_ID));
    if (requestId == null) {
      requestId = makeId(record);
      if (addsId) {
        object.put(REQUEST_ID, requestId);
      }
    }
    return new Input(record, assignment, record.originalKafkaOffset(), requestId, encode(object));
  }

  /**
   * Makes an input of a record that {@link #read} refuses, so that its failure can be published:
   * with the request id, if the value has one, and without a payload.
   */
  public Input createUnusable(SinkRecord record, Assignment assignment) {
    String id = findIdIn(record.value());
    String requestId = id == null ? makeId(record) : id;
    return new Input(record, assignment, record.originalKafkaOffset(), requestId, ByteString.EMPTY);
  }

  /** Finds the request id in a value that is unusable otherwise; null if there is none. */
  private static String findIdIn(Object value) {
    Object id = null;
    if (value instanceof Map<?, ?> map) {
      id = map.get(REQUEST_ID);
    } else if (value instanceof Struct struct && struct.schema().field(REQUEST_ID) != null) {
      id = struct.getWithoutDefault(REQUEST_ID);
    }
    return id instanceof String text && !text.isBlank() ? text : null;
  }

  /** Encodes JSON as text in UTF-8. */
  public static ByteString encodeUtf8(JsonNode json) {
    try {
      return ByteString.of(JSON.writeValueAsBytes(json));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    }
  }

  private static JsonNode parseJson(SinkRecord record) throws UnusableInputException {
    Object value = record.value();
    if (value instanceof String text) {
      return parse(() -> JSON.readTree(text));
    }
    if (value instanceof byte[] bytes) {
      return parse(() -> JSON.readTree(bytes));
    }
    if (value instanceof ByteBuffer buffer) {
      return parse(() -> JSON.readTree(InputJson.toBytes(buffer)));
    }
    return InputJson.fromConnect(record.valueSchema(), value);
  }

  private interface Parse {
    JsonNode run() throws IOException;
  }

  private static JsonNode parse(Parse parse) throws UnusableInputException {
    try {
      return parse.run();
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      String where =
          at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
      throw new UnusableInputException(
          "it is not JSON" + where + ": " + shorten(e.getOriginalMessage()));
    } catch (IOException | NumberFormatException e) {
      // For example bytes that are not UTF-8, or an exponent too large for a decimal.
      throw new UnusableInputException("it is not JSON: " + shorten(e.getMessage()));
    }
  }

  private static String shorten(String message) {
    String line = String.valueOf(message).lines().findFirst().orElse("");
    return line.length() <= MAX_REASON ? line : line.substring(0, MAX_REASON) + "…";
  }

  private static String findUsableId(JsonNode id) {
    boolean usable = id != null && (id.isNumber() || id.isTextual() && !id.asText().isBlank());
    return usable ? id.asText() : null;
  }

  private static String makeId(SinkRecord record) {
    String coordinates =
        record.originalTopic()
            + "/"
            + record.originalKafkaPartition()
            + "/"
            + record.originalKafkaOffset();
    return UUID.nameUUIDFromBytes(coordinates.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private ByteString encode(JsonNode json) throws UnusableInputException {
    try {
      return encoding.apply(json);
    } catch (RuntimeException e) {
      throw new UnusableInputException("it cannot be encoded: " + shorten(e.getMessage()), e);
    }
  }
}
