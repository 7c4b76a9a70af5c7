// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.falconnect.connect.Converters;
import io.falconnect.fal.EndpointId;
import io.falconnect.fal.failure.ReasonText;
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
 * Reads what a control record asks for from its bytes. A record that cannot be used is a command
 * too. Owned by the task thread, which the converter may keep for as long as its own timeout.
 */
final class ControlReader {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

  /** The fields that may name the endpoint, the most important first; the URLs come after them. */
  private static final List<String> ENDPOINT_FIELDS = List.of("endpoint_id", "model_id", "app_id");

  private static final List<String> URL_FIELDS = List.of("status_url", "response_url");

  private final Converter converter;
  private final List<HttpUrl> queueUrls;
  private final Optional<EndpointId> defaultEndpoint;
  private final boolean defaultLogs;

  /**
   * A reader.
   *
   * @param queueUrls at one of which every URL in a record must be
   * @param defaultEndpoint the endpoint of records that name none
   * @param defaultLogs whether logs are wanted where a record does not say
   */
  ControlReader(
      Converter converter,
      List<HttpUrl> queueUrls,
      Optional<EndpointId> defaultEndpoint,
      boolean defaultLogs) {
    this.converter = converter;
    this.queueUrls = queueUrls;
    this.defaultEndpoint = defaultEndpoint;
    this.defaultLogs = defaultLogs;
  }

  /**
   * Reads what the record asks for.
   *
   * @throws RetriableException when the converter cannot read the record for now, for example
   *     because its schema registry is away
   */
  ControlCommand read(ConsumerRecord<byte[], byte[]> record) {
    try {
      if (record.value() != null && record.value().length == 0) {
        throw new IllegalArgumentException("its value is empty");
      }
      Object value =
          record.value() == null ? null : convert(record.topic(), record.headers(), record.value());
      return value == null ? parseKey(record.key()) : parseValue(value);
    } catch (IllegalArgumentException e) {
      return new ControlCommand.Unusable(ReasonText.cutToLine(e.getMessage()));
    } catch (StackOverflowError e) {
      // Older converters and parsers call themselves for each level.
      return new ControlCommand.Unusable("it is nested too deeply");
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
        throw new RetriableException(ReasonText.cutToLine(cannot), e);
      }
      throw new IllegalArgumentException(cannot, e);
    }
  }

  /** The key is the request id, as plain text or as a JSON string. */
  private static ControlCommand parseKey(byte[] key) {
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

  private ControlCommand parseValue(Object value) {
    if (value instanceof Struct struct) {
      return parseFields(
          field -> struct.schema().field(field) == null ? null : struct.getWithoutDefault(field));
    }
    if (value instanceof Map<?, ?> map) {
      return parseFields(map::get);
    }
    if (value instanceof byte[] bytes) {
      return parseText(new String(bytes, StandardCharsets.UTF_8));
    }
    if (value instanceof ByteBuffer buffer) {
      return parseText(StandardCharsets.UTF_8.decode(buffer.duplicate()).toString());
    }
    if (value instanceof String text) {
      return parseText(text);
    }
    throw new IllegalArgumentException(
        "it is neither an object nor a request id but " + value.getClass().getSimpleName());
  }

  /** Parses a text as a JSON object if it begins like one, else as a request id. */
  private ControlCommand parseText(String text) {
    if (text.stripLeading().startsWith("{")) {
      return parseFields(parseJson(text)::get);
    }
    QueueRequest request = new QueueRequest(requireDefaultEndpoint(), text.strip());
    return new ControlCommand.Watch(request, defaultLogs);
  }

  private EndpointId requireDefaultEndpoint() {
    return defaultEndpoint.orElseThrow(
        () -> new IllegalArgumentException("it names no endpoint, and fal.endpoint.id is not set"));
  }

  private ControlCommand parseFields(Function<String, Object> fields) {
    String requestId = getText(fields, "request_id");
    if (requestId == null) {
      throw new IllegalArgumentException("it has no request_id");
    }
    checkOrigins(fields);
    EndpointId endpoint = findNamedEndpoint(fields);
    if (endpoint == null) {
      endpoint = findEndpointInUrl(fields, requestId);
    }
    if (endpoint == null) {
      endpoint = requireDefaultEndpoint();
    }
    QueueRequest request =
        new QueueRequest(endpoint, requestId)
            .withUrls(
                queueUrls.get(0),
                getUsedUrl(fields, "status_url"),
                getUsedUrl(fields, "response_url"),
                getUsedUrl(fields, "cancel_url"));
    return new ControlCommand.Watch(request, wantsLogs(fields));
  }

  /** Null for a URL of a spare host: the id says the same for the host that is used. */
  private String getUsedUrl(Function<String, Object> fields, String field) {
    String url = getText(fields, field);
    HttpUrl used = queueUrls.get(0);
    return url != null && QueueRequest.findBase(queueUrls, url).equals(used) ? url : null;
  }

  /** Every URL must be at fal.queue.url, also where another field names the endpoint. */
  private void checkOrigins(Function<String, Object> fields) {
    for (String field : List.of("status_url", "response_url", "cancel_url")) {
      String url = getText(fields, field);
      if (url != null) {
        parseField(field, () -> QueueRequest.parseUrl(QueueRequest.findBase(queueUrls, url), url));
      }
    }
  }

  private static EndpointId findNamedEndpoint(Function<String, Object> fields) {
    for (String field : ENDPOINT_FIELDS) {
      String id = getText(fields, field);
      if (id != null) {
        return EndpointId.parse(id);
      }
    }
    return null;
  }

  private EndpointId findEndpointInUrl(Function<String, Object> fields, String requestId) {
    for (String field : URL_FIELDS) {
      String url = getText(fields, field);
      if (url != null) {
        HttpUrl base = QueueRequest.findBase(queueUrls, url);
        return parseField(field, () -> toApp(QueueRequest.fromUrl(base, url), requestId));
      }
    }
    return null;
  }

  private static EndpointId toApp(QueueRequest named, String requestId) {
    if (!named.requestId().equals(requestId)) {
      throw new IllegalArgumentException("it is of request " + named.requestId());
    }
    return EndpointId.parse(String.join("/", named.endpoint().app()));
  }

  private static <T> T parseField(String field, Supplier<T> parser) {
    try {
      return parser.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("its " + field + ": " + e.getMessage(), e);
    }
  }

  private boolean wantsLogs(Function<String, Object> fields) {
    Object logs = fields.apply("logs");
    if (logs instanceof String text && text.matches("(?i)true|false")) {
      return Boolean.parseBoolean(text);
    }
    return logs instanceof Boolean asked ? asked : defaultLogs;
  }

  /** Null if the field is missing or blank: some formats cannot leave a text out. */
  private static String getText(Function<String, Object> fields, String field) {
    Object value = fields.apply(field);
    if (value == null) {
      return null;
    }
    if (!(value instanceof String text)) {
      throw new IllegalArgumentException("its " + field + " is not a text");
    }
    return text.isBlank() ? null : text;
  }

  private static Map<String, Object> parseJson(String text) {
    try {
      return JSON.readValue(text, OBJECT);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("it is not JSON: " + e.getOriginalMessage(), e);
    }
  }
}
