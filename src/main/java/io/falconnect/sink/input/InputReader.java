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

/** Reads records: what Connect gave becomes what fal gets. Has no state. */
public final class InputReader {
  static final String REQUEST_ID = "request_id";

  private static final int MAX_REASON = 300;

  /** Numbers keep all their digits, and texts may be as long as a record. */
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
   * A reader.
   *
   * @param encoding how an input is written for fal
   * @param addsId whether fal is told the request id of an input that has none of its own
   */
  public InputReader(Function<JsonNode, ByteString> encoding, boolean addsId) {
    this.encoding = encoding;
    this.addsId = addsId;
  }

  /**
   * The record as an input. Where it has no request id of its own, it gets one.
   *
   * @param assignment of the partition it came from
   * @throws UnusableInputException when its value is not, or does not become, a JSON object
   */
  public Input read(SinkRecord record, Assignment assignment) throws UnusableInputException {
    if (!(json(record) instanceof ObjectNode object)) {
      throw new UnusableInputException("its value is not a JSON object");
    }
    String requestId = ownId(object.get(REQUEST_ID));
    if (requestId == null) {
      requestId = madeId(record);
      if (addsId) {
        object.put(REQUEST_ID, requestId);
      }
    }
    return new Input(record, assignment, record.originalKafkaOffset(), requestId, encoded(object));
  }

  /** A record that cannot be read, as what is known of it. */
  public Input unusable(SinkRecord record, Assignment assignment) {
    String id = statedId(record.value());
    String requestId = id == null ? madeId(record) : id;
    return new Input(record, assignment, record.originalKafkaOffset(), requestId, ByteString.EMPTY);
  }

  /** The id that a value has, whatever is wrong with the rest of it; null where it has none. */
  private static String statedId(Object value) {
    Object id = null;
    if (value instanceof Map<?, ?> map) {
      id = map.get(REQUEST_ID);
    } else if (value instanceof Struct struct && struct.schema().field(REQUEST_ID) != null) {
      id = struct.getWithoutDefault(REQUEST_ID);
    }
    return id instanceof String text && !text.isBlank() ? text : null;
  }

  /** JSON as UTF-8. */
  public static ByteString utf8(JsonNode json) {
    try {
      return ByteString.of(JSON.writeValueAsBytes(json));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e.getOriginalMessage(), e);
    }
  }

  private static JsonNode json(SinkRecord record) throws UnusableInputException {
    Object value = record.value();
    if (value instanceof String text) {
      return parsed(() -> JSON.readTree(text));
    }
    if (value instanceof byte[] bytes) {
      return parsed(() -> JSON.readTree(bytes));
    }
    if (value instanceof ByteBuffer buffer) {
      return parsed(() -> JSON.readTree(InputJson.toBytes(buffer)));
    }
    return InputJson.of(record.valueSchema(), value);
  }

  private interface Parse {
    JsonNode run() throws IOException;
  }

  private static JsonNode parsed(Parse parse) throws UnusableInputException {
    try {
      return parse.run();
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      String where =
          at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
      throw new UnusableInputException(
          "it is not JSON" + where + ": " + shortened(e.getOriginalMessage()));
    } catch (IOException | NumberFormatException e) {
      // Such as bytes that are not UTF-8, or an exponent that no decimal has.
      throw new UnusableInputException("it is not JSON: " + shortened(e.getMessage()));
    }
  }

  private static String shortened(String message) {
    String line = String.valueOf(message).lines().findFirst().orElse("");
    return line.length() <= MAX_REASON ? line : line.substring(0, MAX_REASON) + "…";
  }

  private static String ownId(JsonNode id) {
    boolean usable = id != null && (id.isNumber() || id.isTextual() && !id.asText().isBlank());
    return usable ? id.asText() : null;
  }

  private static String madeId(SinkRecord record) {
    String coordinates =
        record.originalTopic()
            + "/"
            + record.originalKafkaPartition()
            + "/"
            + record.originalKafkaOffset();
    return UUID.nameUUIDFromBytes(coordinates.getBytes(StandardCharsets.UTF_8)).toString();
  }

  private ByteString encoded(JsonNode json) throws UnusableInputException {
    try {
      return encoding.apply(json);
    } catch (RuntimeException e) {
      throw new UnusableInputException("it cannot be encoded: " + shortened(e.getMessage()), e);
    }
  }
}
