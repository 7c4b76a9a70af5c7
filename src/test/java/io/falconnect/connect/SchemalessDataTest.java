// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SchemalessDataTest {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  @Test
  void jsonBecomesWhatConnectKnows() {
    ObjectNode json = NODES.objectNode().put("text", "a").put("bool", true).putNull("nothing");
    json.putArray("list").add(1).add(Long.MAX_VALUE);
    Map<String, Object> expected = new HashMap<>();
    expected.put("text", "a");
    expected.put("bool", true);
    expected.put("nothing", null);
    expected.put("list", List.of(1L, Long.MAX_VALUE));
    assertThat(SchemalessData.fromJson(json)).isEqualTo(expected);
    assertThat(SchemalessData.fromJson(null)).isNull();
  }

  @Test
  void otherNumbersAreTheNearestDouble() {
    assertThat(SchemalessData.fromJson(NODES.numberNode(new BigDecimal("0.10")))).isEqualTo(0.1);
    assertThat(SchemalessData.fromJson(NODES.numberNode(new BigDecimal("2.0")))).isEqualTo(2.0);
    assertThat(SchemalessData.fromJson(NODES.numberNode(new BigDecimal("1E+19")))).isEqualTo(1e19);
  }

  @Test
  void anIntegerKeepsItsDigits() {
    assertThat(SchemalessData.fromJson(NODES.numberNode(BigInteger.TWO.pow(64))))
        .isEqualTo("18446744073709551616");
    assertThat(SchemalessData.fromJson(NODES.numberNode(BigInteger.valueOf(7)))).isEqualTo(7L);
  }

  @Test
  void thoseThatHaveNoneAreText() {
    assertThat(SchemalessData.fromJson(NODES.numberNode(new BigDecimal("1E+400"))))
        .isEqualTo("1E+400");
    assertThat(SchemalessData.fromJson(NODES.numberNode(BigInteger.TEN.pow(400))))
        .isEqualTo("1" + "0".repeat(400));
    assertThat(SchemalessData.fromJson(NODES.numberNode(Double.NaN))).isEqualTo("NaN");
    assertThat(SchemalessData.fromJson(NODES.numberNode(Double.NEGATIVE_INFINITY)))
        .isEqualTo("-Infinity");
  }
}
