// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.falconnect.connect.SchemalessData;
import io.falconnect.sink.input.Input;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.HeaderConverter;
import org.apache.kafka.connect.storage.SimpleHeaderConverter;
import org.apache.kafka.connect.storage.StringConverter;

/** Makes records out of inputs and what fal said to them. For one thread. */
final class ResultRecords {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String topic;
  private final RecordForm form;
  private final Converter keys;
  private final Converter values;

  /** Whether the converter would only write a map as the JSON that the map was made of. */
  private final boolean plainJson;

  private final HeaderConverter headers = new SimpleHeaderConverter();

  /**
   * Converters are used, not closed.
   *
   * @param plainJson whether that of values is Connect's own for JSON, without schemas
   */
  ResultRecords(
      String topic, RecordForm form, Converter keys, Converter values, boolean plainJson) {
    this.topic = topic;
    this.form = form;
    this.keys = keys;
    this.values = values;
    this.plainJson = plainJson;
  }

  /**
   * The result of an input as a record.
   *
   * @throws RuntimeException when a converter refuses its key, its value or a header
   */
  ProducerRecord<byte[], byte[]> record(Input input, ResultRecord result) {
    Headers all = headers(input, form.headers(input, result));
    byte[] key = key(all, form.key(input, result));
    byte[] value = value(all, input, result);
    return new ProducerRecord<>(topic, null, result.receivedAt(), key, value, all);
  }

  private byte[] value(Headers all, Input input, ResultRecord result) {
    if (form.asStruct()) {
      Struct struct = form.struct(input, result);
      return values.fromConnectData(topic, all, struct.schema(), struct);
    }
    ObjectNode json = form.json(input, result);
    return plainJson
        ? json(json)
        : values.fromConnectData(topic, all, null, SchemalessData.fromJson(json));
  }

  private static byte[] json(ObjectNode json) {
    try {
      return JSON.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new DataException(e.getOriginalMessage(), e);
    }
  }

  private byte[] key(Headers all, SchemaAndValue key) {
    boolean binary = key.value() instanceof byte[] || key.value() instanceof ByteBuffer;
    return binary && keys instanceof StringConverter
        // It would publish what toString() says of an array.
        ? keys.fromConnectData(topic, all, Schema.STRING_SCHEMA, text(key.value()))
        : keys.fromConnectData(topic, all, key.schema(), key.value());
  }

  private static String text(Object key) {
    ByteBuffer bytes =
        key instanceof byte[] array ? ByteBuffer.wrap(array) : ((ByteBuffer) key).duplicate();
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate()).toString();
    } catch (CharacterCodingException e) {
      return StandardCharsets.ISO_8859_1.decode(Base64.getEncoder().encode(bytes)).toString();
    }
  }

  /** The input's own, so that traces go on, and the connector's in place of any of their names. */
  private Headers headers(Input input, Map<String, String> more) {
    // Only a record of the clients' public API creates headers.
    Headers all = new ProducerRecord<byte[], byte[]>(topic, null).headers();
    for (Header header : input.record().headers()) {
      if (!more.containsKey(header.key())) {
        all.add(header.key(), bytes(header));
      }
    }
    more.forEach((name, value) -> all.add(name, value.getBytes(StandardCharsets.UTF_8)));
    return all;
  }

  private byte[] bytes(Header header) {
    return header.value() instanceof byte[] raw
        ? raw
        : headers.fromConnectHeader(topic, header.key(), header.schema(), header.value());
  }

  /** A key as text: binary is its UTF-8 text, or base64 where it is not UTF-8. */
  static String keyText(Object key) {
    return key instanceof byte[] || key instanceof ByteBuffer ? text(key) : String.valueOf(key);
  }
}
