// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import io.falconnect.compatibility.SchemaEvolution;
import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Records of this version and of version 1 can be read by each other's readers. */
class ResultSchemasTest {
  static List<Schema> schemas() {
    return SchemaEvolution.declared(ResultSchemas.class);
  }

  @ParameterizedTest
  @MethodSource("schemas")
  void aSchemaFitsItsFirstVersion(Schema schema) {
    SchemaEvolution.assertCompatible(schema);
  }
}
