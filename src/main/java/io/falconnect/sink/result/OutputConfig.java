// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import io.falconnect.connect.ClientKeys;
import io.falconnect.connect.Converters;
import io.falconnect.connect.KeyGroup;
import io.falconnect.connect.RetryConfig;
import io.falconnect.connect.TaskConfig;
import io.falconnect.connect.ValidationReport;
import io.falconnect.connect.Validators;
import io.falconnect.sink.input.InputConfig;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.sink.SinkConnector;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.StringConverter;

/** The topic that a sink writes to, and how: the keys {@code result.*} or {@code requests.*}. */
public final class OutputConfig {
  private final AbstractConfig config;
  private final Kind kind;
  private final TaskConfig task;

  /** What a sink publishes, which decides the prefix of the keys. */
  public enum Kind {
    /** Results of inputs. */
    RESULT("result", "result"),

    /** Requests that were submitted to fal's queue. */
    REQUEST("requests", "request");

    final String prefix;
    final String noun;

    Kind(String prefix, String noun) {
      this.prefix = prefix;
      this.noun = noun;
    }

    String topicKey() {
      return prefix + ".topic";
    }

    String bootstrapKey() {
      return prefix + ".bootstrap.servers";
    }

    String formatKey() {
      return prefix + ".format";
    }

    String keyConverterKey() {
      return prefix + ".key.converter";
    }

    String valueConverterKey() {
      return prefix + ".value.converter";
    }

    /** The prefix of the producer's own keys. */
    String producerPrefix() {
      return prefix + ".producer.";
    }

    /** The names of the producer's settings, by the prefix of their keys. */
    public Map<String, Set<String>> settingNames() {
      return Map.of(producerPrefix(), ProducerConfig.configNames());
    }

    /** The keys of the producer. */
    ClientKeys producerKeys() {
      return new ClientKeys(producerPrefix(), bootstrapKey());
    }
  }

  /** Reads a parsed configuration whose definition has {@link #define} for that kind. */
  public OutputConfig(AbstractConfig config, Kind kind) {
    this.config = config;
    this.kind = kind;
    this.task = new TaskConfig(config, InputConfig.TASK_ID);
  }

  /** Adds the keys to a definition. */
  public static void define(ConfigDef definition, Kind kind) {
    KeyGroup group = new KeyGroup(definition, kind.noun + "s");
    String title = kind.noun.substring(0, 1).toUpperCase(Locale.ROOT) + kind.noun.substring(1);
    defineTopic(group, kind, title);
    defineConverters(group, kind, title);
  }

  private static void defineTopic(KeyGroup group, Kind kind, String title) {
    String producer = kind.producerPrefix();
    group
        .key(kind.topicKey(), Type.STRING)
        .required()
        .validatedBy(Validators.TOPIC)
        .high()
        .describe(
            title + " topic",
            "The topic of the " + kind.noun + "s. It must not be one of the topics of the inputs.")
        .key(kind.bootstrapKey(), Type.LIST)
        .required()
        .high()
        .describe(
            title + " bootstrap servers",
            "Brokers of the Kafka cluster that has that topic. Connect does not tell connectors its own brokers. All other keys of the producer have the prefix '"
                + producer
                + "', such as "
                + producer
                + "security.protocol. acks=all and idempotence cannot be changed. For records above 1 MiB set "
                + producer
                + "max.request.size, and max.message.bytes of the topic. "
                + producer
                + "buffer.memory is then twice as much unless it is set. Defaults: "
                + producer
                + "delivery.timeout.ms and "
                + producer
                + "max.block.ms have no limit, as in Connect's own producers, and "
                + producer
                + "batch.size is 65536.");
  }

  private static void defineConverters(KeyGroup group, Kind kind, String title) {
    group
        .key(kind.formatKey(), Type.STRING)
        .defaultsTo("map")
        .oneOf("map", "struct")
        .describe(
            title + " format",
            "The form of the "
                + kind.noun
                + "s. 'map': no schema, for JSON. 'struct': a schema, for Avro, Protobuf and JSON Schema.")
        .key(kind.keyConverterKey(), Type.CLASS)
        .defaultsTo(StringConverter.class)
        .describe(
            title + " key converter",
            "Converter of the records' keys. The converter's own keys have this key as prefix.")
        .key(kind.valueConverterKey(), Type.CLASS)
        .defaultsTo(JsonConverter.class)
        .describe(
            title + " value converter",
            "Converter of the records' values. The converter's own keys have this key as prefix. JSON is written without schemas unless "
                + kind.valueConverterKey()
                + ".schemas.enable is true.");
  }

  public String topic() {
    return config.getString(kind.topicKey());
  }

  /** The brokers of the topic's cluster, for messages. */
  String servers() {
    return String.join(",", bootstrap());
  }

  /** Addresses of brokers of the topic's cluster. */
  List<String> bootstrap() {
    return config.getList(kind.bootstrapKey());
  }

  /** Whether values have a schema. If not, they are maps. */
  public boolean asStruct() {
    return config.getString(kind.formatKey()).equals("struct");
  }

  /** What the sink publishes, which decides the prefix of the keys. */
  Kind kind() {
    return kind;
  }

  TaskConfig task() {
    return task;
  }

  /** How often and for how long a converter's failure that may pass is tried again. */
  RetryConfig retry() {
    return new RetryConfig(config);
  }

  /**
   * Creates the settings of the producer, without serializers.
   *
   * @throws ConfigException if a size is not a number
   */
  Map<String, Object> producerSettings() {
    String clientId = task.connectorName() + "-" + task.number() + "-" + kind.prefix;
    return OutputProducer.createSettings(config, kind, clientId);
  }

  /**
   * Creates a configured converter of keys.
   *
   * @throws org.apache.kafka.connect.errors.ConnectException if it cannot be configured
   */
  Converter createKeyConverter() {
    return Converters.create(config, kind.keyConverterKey(), true);
  }

  /**
   * Creates a configured converter of values.
   *
   * @throws org.apache.kafka.connect.errors.ConnectException if it cannot be configured
   */
  Converter createValueConverter() {
    return Converters.create(config, kind.valueConverterKey(), false);
  }

  /** Whether values are written as JSON without schemas. */
  boolean isPlainJson() {
    return Converters.isPlainJson(config, kind.valueConverterKey());
  }

  /** Reports missing and fixed keys, before a configuration can be parsed. */
  public static void checkKeys(
      ValidationReport report, Kind kind, Map<String, String> all, Map<String, String> given) {
    report.checkRequired(all, kind.topicKey(), kind.bootstrapKey());
    OutputProducer.checkKeys(report, kind, given);
  }

  /** Reports settings that do not go together. Does not use the network. */
  public void check(ValidationReport report) {
    OutputProducer.checkSettings(report, config, kind);
    if (isInput(topic())) {
      report.addError(
          kind.topicKey(), "is one of the inputs: the connector would read what it writes");
    }
    Converters.check(report, config, kind.keyConverterKey(), true);
    Converters.check(report, config, kind.valueConverterKey(), false);
  }

  private boolean isInput(String topic) {
    Map<String, Object> props = config.originals();
    String topics = String.valueOf(props.getOrDefault(SinkConnector.TOPICS_CONFIG, ""));
    if (Arrays.stream(topics.split(",")).map(String::trim).anyMatch(topic::equals)) {
      return true;
    }
    try {
      return Pattern.matches(String.valueOf(props.getOrDefault("topics.regex", "")).trim(), topic);
    } catch (PatternSyntaxException e) {
      // Connect reports it.
      return false;
    }
  }
}
