// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.falconnect.connect.Converters;
import io.falconnect.fal.EndpointId;
import io.falconnect.fal.queue.QueueRequest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import okhttp3.HttpUrl;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.storage.Converter;

/**
 * Reads control records: bytes to what they ask for. Never throws; a bad record is a command too.
 */
final class ControlReader {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

  /** The fields that may name the endpoint, first wins; then the URLs. */
  private static final List<String> ENDPOINT_FIELDS = List.of("endpoint_id", "model_id", "app_id");

  private static final List<String> URL_FIELDS = List.of("status_url", "response_url");

  private final Converter converter;
  private final HttpUrl queueUrl;
  private final Optional<EndpointId> defaultEndpoint;
  private final boolean defaultLogs;

  /**
   * A reader.
   *
   * @param queueUrl where every URL in a record must be
   * @param defaultEndpoint the endpoint of records that name none
   * @param defaultLogs whether logs are wanted where a record does not say
   */
  ControlReader(
      Converter converter,
      HttpUrl queueUrl,
      Optional<EndpointId> defaultEndpoint,
      boolean defaultLogs) {
    this.converter = converter;
    this.queueUrl = queueUrl;
    this.defaultEndpoint = defaultEndpoint;
    this.defaultLogs = defaultLogs;
  }

  /**
   * What the record asks for.
   *
   * @throws RetriableException when the converter cannot tell for now, e.g. for want of its
   *     registry
   */
  ControlCommand read(ConsumerRecord<byte[], byte[]> record) {
    try {
      if (record.value() != null && record.value().length == 0) {
        throw new IllegalArgumentException("its value is empty");
      }
      Object value =
          record.value() == null ? null : convert(record.topic(), record.headers(), record.value());
      return value == null ? end(record.key()) : watch(value);
    } catch (IllegalArgumentException e) {
      return new ControlCommand.Unusable(e.getMessage());
    }
  }

  private Object convert(String topic, Headers headers, byte[] value) {
    try {
      return converter.toConnectData(topic, headers, value).value();
    } catch (RuntimeException e) {
      Throwable root = e.getCause() == null ? e : e.getCause();
      String message = String.valueOf(root.getMessage()).lines().findFirst().orElse("");
      String cannot = "control.value.converter cannot read it: " + message;
      if (Converters.isTemporary(e)) {
        throw new RetriableException(cannot, e);
      }
      throw new IllegalArgumentException(cannot, e);
    }
  }

  /** The key is the request id, as plain text or as a JSON string. */
  private static ControlCommand end(byte[] key) {
    if (key == null) {
      throw new IllegalArgumentException(
          "a null value ends a watch, but there is no key to say which");
    }
    String text = new String(key, StandardCharsets.UTF_8).strip();
    boolean quoted = text.length() > 1 && text.startsWith("\"") && text.endsWith("\"");
    String id = quoted ? text.substring(1, text.length() - 1) : text;
    QueueRequest.checkRequestId(id);
    return new ControlCommand.End(id);
  }

  private ControlCommand watch(Object value) {
    if (value instanceof Struct struct) {
      return watch(field -> struct.schema().field(field) == null ? null : struct.get(field));
    }
    if (value instanceof Map<?, ?> map) {
      return watch(map::get);
    }
    if (value instanceof byte[] bytes) {
      return watchText(new String(bytes, StandardCharsets.UTF_8));
    }
    if (value instanceof ByteBuffer buffer) {
      return watchText(StandardCharsets.UTF_8.decode(buffer.duplicate()).toString());
    }
    if (value instanceof String text) {
      return watchText(text);
    }
    throw new IllegalArgumentException(
        "it is neither an object nor a request id but " + value.getClass().getSimpleName());
  }

  /** A text is an object's JSON, else a request id. */
  private ControlCommand watchText(String text) {
    if (text.stripLeading().startsWith("{")) {
      return watch(json(text)::get);
    }
    QueueRequest request = new QueueRequest(defaultEndpoint(), text.strip());
    return new ControlCommand.Watch(request, defaultLogs);
  }

  private EndpointId defaultEndpoint() {
    return defaultEndpoint.orElseThrow(
        () -> new IllegalArgumentException("it names no endpoint, and fal.endpoint.id is not set"));
  }

  private ControlCommand watch(Function<String, Object> fields) {
    String requestId = text(fields, "request_id");
    if (requestId == null) {
      throw new IllegalArgumentException("it has no request_id");
    }
    checkOrigins(fields);
    EndpointId endpoint = named(fields);
    if (endpoint == null) {
      endpoint = fromUrl(fields, requestId);
    }
    if (endpoint == null) {
      endpoint = defaultEndpoint();
    }
    return new ControlCommand.Watch(new QueueRequest(endpoint, requestId), logs(fields));
  }

  /** Every URL must be at fal.queue.url, also where another field names the endpoint. */
  private void checkOrigins(Function<String, Object> fields) {
    for (String field : List.of("status_url", "response_url", "cancel_url")) {
      String url = text(fields, field);
      if (url != null) {
        of(field, () -> QueueRequest.parseUrl(queueUrl, url));
      }
    }
  }

  private static EndpointId named(Function<String, Object> fields) {
    for (String field : ENDPOINT_FIELDS) {
      String id = text(fields, field);
      if (id != null) {
        return EndpointId.parse(id);
      }
    }
    return null;
  }

  private EndpointId fromUrl(Function<String, Object> fields, String requestId) {
    for (String field : URL_FIELDS) {
      String url = text(fields, field);
      if (url != null) {
        return of(field, () -> app(QueueRequest.fromUrl(queueUrl, url), requestId));
      }
    }
    return null;
  }

  private static EndpointId app(QueueRequest named, String requestId) {
    if (!named.requestId().equals(requestId)) {
      throw new IllegalArgumentException("it is of request " + named.requestId());
    }
    return EndpointId.parse(String.join("/", named.endpoint().app()));
  }

  private static <T> T of(String field, Supplier<T> read) {
    try {
      return read.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("its " + field + ": " + e.getMessage(), e);
    }
  }

  private boolean logs(Function<String, Object> fields) {
    Object logs = fields.apply("logs");
    if (logs instanceof String text && text.matches("(?i)true|false")) {
      return Boolean.parseBoolean(text);
    }
    return logs instanceof Boolean asked ? asked : defaultLogs;
  }

  /** Null where there is none; some formats know no other way to leave a text out than blank. */
  private static String text(Function<String, Object> fields, String field) {
    Object value = fields.apply(field);
    if (value == null) {
      return null;
    }
    if (!(value instanceof String text)) {
      throw new IllegalArgumentException("its " + field + " is not a text");
    }
    return text.isBlank() ? null : text;
  }

  private static Map<String, Object> json(String text) {
    try {
      return JSON.readValue(text, OBJECT);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("it is not JSON: " + e.getOriginalMessage(), e);
    }
  }
}
