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

/** Creates the records for Kafka: of an input, its result and the form. Used by one thread. */
final class ResultRecords {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String topic;
  private final RecordForm form;
  private final Converter keys;
  private final Converter values;

  /** Whether values are written as JSON directly, which gives what the converter would write. */
  private final boolean plainJson;

  private final HeaderConverter headers = new SimpleHeaderConverter();

  /**
   * Uses the converters, and does not close them.
   *
   * @param plainJson whether the converter of values is Connect's for JSON, without schemas
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
   * Creates the record of a result.
   *
   * @throws RuntimeException if a converter refuses the key, the value or a header
   */
  ProducerRecord<byte[], byte[]> createRecord(Input input, ResultRecord result) {
    Headers all = createHeaders(input, form.createHeaders(input, result));
    byte[] key = createKey(all, form.createKey(input, result));
    byte[] value = createValue(all, input, result);
    return new ProducerRecord<>(topic, null, result.receivedAt(), key, value, all);
  }

  private byte[] createValue(Headers all, Input input, ResultRecord result) {
    if (form.asStruct()) {
      Struct struct = form.createStruct(input, result);
      return values.fromConnectData(topic, all, struct.schema(), struct);
    }
    ObjectNode json = form.createJson(input, result);
    return plainJson
        ? toBytes(json)
        : values.fromConnectData(topic, all, null, SchemalessData.fromJson(json));
  }

  private static byte[] toBytes(ObjectNode json) {
    try {
      return JSON.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new DataException(e.getOriginalMessage(), e);
    }
  }

  private byte[] createKey(Headers all, SchemaAndValue key) {
    boolean binary = key.value() instanceof byte[] || key.value() instanceof ByteBuffer;
    return binary && keys instanceof StringConverter
        // This converter would write the result of toString() of the array.
        ? keys.fromConnectData(topic, all, Schema.STRING_SCHEMA, decodeText(key.value()))
        : keys.fromConnectData(topic, all, key.schema(), key.value());
  }

  private static String decodeText(Object key) {
    ByteBuffer bytes =
        key instanceof byte[] array ? ByteBuffer.wrap(array) : ((ByteBuffer) key).duplicate();
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate()).toString();
    } catch (CharacterCodingException e) {
      return StandardCharsets.ISO_8859_1.decode(Base64.getEncoder().encode(bytes)).toString();
    }
  }

  /**
   * Creates the headers: those of the input, so that traces go on, and those of the form, which
   * replace headers of the input with the same name.
   */
  private Headers createHeaders(Input input, Map<String, String> more) {
    // Kafka's clients have no other public way to create headers.
    Headers all = new ProducerRecord<byte[], byte[]>(topic, null).headers();
    for (Header header : input.record().headers()) {
      if (!more.containsKey(header.key())) {
        all.add(header.key(), toBytes(header));
      }
    }
    more.forEach((name, value) -> all.add(name, value.getBytes(StandardCharsets.UTF_8)));
    return all;
  }

  private byte[] toBytes(Header header) {
    return header.value() instanceof byte[] raw
        ? raw
        : headers.fromConnectHeader(topic, header.key(), header.schema(), header.value());
  }

  /** Returns a key as text. Bytes are read as UTF-8; if they are not UTF-8, they become base64. */
  static String keyText(Object key) {
    return key instanceof byte[] || key instanceof ByteBuffer
        ? decodeText(key)
        : String.valueOf(key);
  }
}
