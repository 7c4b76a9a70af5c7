// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

class KeyGroupTest {
  private final ConfigDef definition = new ConfigDef();

  @Test
  void keysOfAGroupKeepTheirOrderAcrossSections() {
    new KeyGroup(definition, "a").key("a.1", Type.INT).describe("", "").key("a.2", Type.INT).low();
    new KeyGroup(definition, "b").key("b.1", Type.INT).describe("", "");
    new KeyGroup(definition, "a").key("a.3", Type.INT).describe("", "");
    assertThat(definition.names()).containsExactly("a.1", "b.1", "a.3");
    assertThat(definition.configKeys().get("a.3").orderInGroup).isEqualTo(2);
    assertThat(definition.configKeys().get("b.1").orderInGroup).isEqualTo(1);
  }

  @Test
  void aKeyIsOptionalAndOfMediumImportanceUnlessItSaysOtherwise() {
    new KeyGroup(definition, "a")
        .key("plain", Type.STRING)
        .describe("", "")
        .key("set", Type.STRING)
        .required()
        .high()
        .describe("", "");
    assertThat(definition.parse(Map.of("set", "x"))).containsEntry("plain", null);
    assertThat(definition.configKeys().get("plain").importance).isEqualTo(Importance.MEDIUM);
    assertThat(definition.configKeys().get("set").importance).isEqualTo(Importance.HIGH);
    assertThatExceptionOfType(ConfigException.class).isThrownBy(() -> definition.parse(Map.of()));
  }

  @Test
  void aCheckAppliesOnlyToValues() {
    new KeyGroup(definition, "a")
        .key("number", Type.INT)
        .validatedBy(ConfigDef.Range.atLeast(1))
        .describe("", "");
    assertThat(definition.parse(Map.of())).containsEntry("number", null);
    assertThat(definition.configKeys().get("number").validator).hasToString("[1,...]");
    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(() -> definition.parse(Map.of("number", "0")));
  }
}
