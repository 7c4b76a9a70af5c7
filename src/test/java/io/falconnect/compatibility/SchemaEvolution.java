// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.json.JsonConverter;

/**
 * Whether whoever reads records by version 1 of a schema can read today's, and the other way round:
 * the schemas as they were are in {@code upgrade/}, one file each. All that may change is that
 * optional fields are added, and then the version.
 */
public final class SchemaEvolution {
  private static final String FILE = "/upgrade/%s-v1.json";

  private SchemaEvolution() {}

  /** The schemas that a class holds in its static fields. */
  public static List<Schema> declared(Class<?> schemas) {
    List<Schema> declared =
        Stream.of(schemas.getDeclaredFields())
            .filter(field -> field.getType() == Schema.class)
            .map(SchemaEvolution::value)
            .toList();
    assertThat(declared).isNotEmpty();
    return declared;
  }

  private static Schema value(java.lang.reflect.Field field) {
    try {
      field.setAccessible(true);
      return (Schema) field.get(null);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  /** Fails where a reader of version 1 and a writer of today's, or the reverse, do not fit. */
  public static void assertCompatible(Schema today) {
    Schema first = first(today.name());
    assertEvolved(first.name(), first, today);
  }

  private static void assertEvolved(String path, Schema first, Schema today) {
    assertThat(kind(today)).as(path).isEqualTo(kind(first));
    switch (first.type()) {
      case STRUCT -> assertFields(path, first, today);
      case ARRAY -> assertEvolved(path + "[]", first.valueSchema(), today.valueSchema());
      case MAP -> {
        assertEvolved(path + "{key}", first.keySchema(), today.keySchema());
        assertEvolved(path + "{}", first.valueSchema(), today.valueSchema());
      }
      default -> assertThat(today.version()).as(path).isEqualTo(first.version());
    }
  }

  private static void assertFields(String path, Schema first, Schema today) {
    for (Field field : first.fields()) {
      String name = path + "." + field.name();
      assertThat(today.field(field.name())).as(name).isNotNull();
      assertEvolved(name, field.schema(), today.field(field.name()).schema());
    }
    List<Field> added =
        today.fields().stream().filter(field -> first.field(field.name()) == null).toList();
    assertThat(added).as("new in " + path).allMatch(field -> field.schema().isOptional());
    if (added.isEmpty()) {
      assertThat(today.version()).as(path).isEqualTo(first.version());
    } else {
      assertThat(today.version()).as(path).isGreaterThan(first.version());
    }
  }

  /** What may never change. */
  private static List<Object> kind(Schema schema) {
    return List.of(
        schema.type(),
        String.valueOf(schema.name()),
        schema.isOptional(),
        String.valueOf(schema.defaultValue()),
        schema.parameters() == null ? Map.of() : schema.parameters());
  }

  private static Schema first(String name) {
    String file = FILE.formatted(name);
    try (JsonConverter json = new JsonConverter();
        InputStream text = SchemaEvolution.class.getResourceAsStream(file)) {
      assertThat(text).as(file).isNotNull();
      json.configure(Map.of("converter.type", "value"));
      return json.asConnectSchema(new ObjectMapper().readTree(text));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
