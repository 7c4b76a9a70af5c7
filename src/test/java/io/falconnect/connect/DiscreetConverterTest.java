// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.storage.Converter;
import org.junit.jupiter.api.Test;

/** A converter that repeats its secrets cannot tell them to anybody. */
class DiscreetConverterTest {
  private static final String KEY = "x.value.converter";

  /** Says its settings in whatever goes wrong. */
  public static final class Talkative implements Converter {
    private Map<String, ?> settings;

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
      settings = configs;
      if (configs.containsKey("fails")) {
        throw new ConfigException("cannot use " + configs);
      }
    }

    @Override
    public byte[] fromConnectData(String topic, Schema schema, Object value) {
      throw new RetriableException("no answer", new DataException("tried " + settings));
    }

    @Override
    public SchemaAndValue toConnectData(String topic, byte[] value) {
      throw new DataException(value == null ? "no value" : "cannot be read with " + settings);
    }
  }

  private static AbstractConfig config(String... more) {
    ConfigDef definition = new ConfigDef();
    new KeyGroup(definition, "x").key(KEY, Type.CLASS).describe("Converter", "A converter.");
    Map<String, String> props = new HashMap<>();
    props.put(KEY, Talkative.class.getName());
    props.put(KEY + ".schema.registry.url", "http://reader:hush1@registry");
    props.put(KEY + ".basic.auth.user.info", "somebody:hush2");
    for (int i = 0; i < more.length; i += 2) {
      props.put(KEY + "." + more[i], more[i + 1]);
    }
    return new AbstractConfig(definition, props, false);
  }

  @Test
  void whatGoesWrongIsSaidWithoutASecret() {
    Converter converter = Converters.create(config(), KEY, false);
    assertThatThrownBy(() -> converter.fromConnectData("t", null, "v"))
        .isInstanceOf(RetriableException.class)
        .hasMessageContaining("its message quotes a secret")
        .hasNoCause();
    assertThatThrownBy(() -> converter.toConnectData("t", new byte[1]))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("org.apache.kafka.connect.errors.DataException; its message")
        .hasNoCause();
    assertThatThrownBy(() -> converter.toConnectData("t", null)).hasMessage("no value");
    Converters.close(converter);
  }

  @Test
  void aConfigurationThatIsRefusedIsSaidWithoutASecret() {
    assertThatThrownBy(() -> Converters.create(config("fails", "yes"), KEY, false))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining(KEY + " cannot be configured: " + ConfigException.class.getName())
        .hasMessageNotContaining("hush")
        .hasNoCause();
    ValidationReport report = new ValidationReport(new Config(List.of()));
    Converters.check(report, config("fails", "yes"), KEY, false);
    assertThat(report.toConfig().configValues().get(0).errorMessages())
        .singleElement()
        .asString()
        .contains(KEY + ": cannot be configured")
        .doesNotContain("hush");
  }
}
