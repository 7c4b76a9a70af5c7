// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.converters;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import org.apache.pulsar.kafka.shade.avro.Schema;
import org.apache.pulsar.kafka.shade.avro.generic.GenericRecord;
import org.apache.pulsar.kafka.shade.io.confluent.kafka.serializers.KafkaAvroDeserializer;
import org.apache.pulsar.kafka.shade.io.confluent.kafka.serializers.KafkaAvroSerializer;

/** The schemas of a topic's values in a registry, and what reads and writes by them. */
final class AvroSubject {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final HttpClient http = HttpClient.newHttpClient();
  private final KafkaAvroSerializer writer = new KafkaAvroSerializer();
  private final KafkaAvroDeserializer reader = new KafkaAvroDeserializer();
  private final String registry;
  private final String topic;
  private final String subject;

  AvroSubject(String registry, String topic) {
    this.registry = registry;
    this.topic = topic;
    this.subject = topic + "-value";
    writer.configure(Map.of("schema.registry.url", registry), false);
    reader.configure(Map.of("schema.registry.url", registry), false);
  }

  /** The schema that was registered first. */
  Schema first() {
    JsonNode version = send("GET", "/subjects/" + subject + "/versions/1", null);
    return new Schema.Parser().parse(version.path("schema").asText());
  }

  /** From now on a new schema has to read the latest one's records, and the other way round. */
  void requireFull() {
    send("PUT", "/config/" + subject, JSON.createObjectNode().put("compatibility", "FULL"));
  }

  /** Whether the registry would take a schema after the first one. */
  boolean accepts(Schema schema) {
    ObjectNode asked = JSON.createObjectNode().put("schema", schema.toString());
    String path = "/compatibility/subjects/" + subject + "/versions/1";
    return send("POST", path, asked).path("is_compatible").asBoolean();
  }

  /** Registers the record's schema, which the registry has to take, and writes by it. */
  byte[] write(GenericRecord written) {
    return writer.serialize(topic, written);
  }

  /** Reads by another schema than was written by. */
  GenericRecord read(byte[] bytes, Schema schema) {
    return (GenericRecord) reader.deserialize(topic, bytes, schema);
  }

  /** A schema with one more field, whose default is null or none. */
  static Schema with(Schema schema, String name, String type, boolean nullByDefault) {
    ObjectNode json = json(schema.toString());
    ObjectNode field = JSON.createObjectNode().put("name", name);
    field.set("type", json("{\"type\":" + type + "}").path("type"));
    if (nullByDefault) {
      field.putNull("default");
    }
    ((ArrayNode) json.path("fields")).add(field);
    return new Schema.Parser().parse(json.toString());
  }

  /** A schema with one field less. */
  static Schema without(Schema schema, String name) {
    ObjectNode json = json(schema.toString());
    ArrayNode fields = JSON.createArrayNode();
    json.path("fields")
        .forEach(
            f -> {
              if (!f.path("name").asText().equals(name)) {
                fields.add(f);
              }
            });
    json.set("fields", fields);
    return new Schema.Parser().parse(json.toString());
  }

  static String anOptionalField(Schema schema) {
    return field(schema, true);
  }

  static String aRequiredField(Schema schema) {
    return field(schema, false);
  }

  private static String field(Schema schema, boolean optional) {
    return schema.getFields().stream()
        .filter(field -> field.hasDefaultValue() == optional)
        .findFirst()
        .orElseThrow()
        .name();
  }

  private JsonNode send(String method, String path, ObjectNode body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(registry + path))
            .timeout(LIMIT)
            .header("Content-Type", "application/json")
            .method(
                method,
                body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString()))
            .build();
    try {
      HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(method + " " + path + ": " + answer.body());
      }
      return json(answer.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static ObjectNode json(String text) {
    try {
      return (ObjectNode) JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
