// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster;

import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ConnectorTransactionBoundaries;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/** A plugin to test the cluster with: counts up to a number, then fails if configured to. */
public final class CountingSourceConnector extends SourceConnector {

  private static final Map<String, ?> PARTITION = Map.of("counter", "only");

  private Map<String, String> settings = Map.of();

  @Override
  public void start(Map<String, String> props) {
    settings = Map.copyOf(props);
  }

  @Override
  public Class<? extends Task> taskClass() {
    return CountingTask.class;
  }

  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    return List.of(settings);
  }

  @Override
  public void stop() {}

  @Override
  public ConfigDef config() {
    return new ConfigDef()
        .define("topic", Type.STRING, Importance.HIGH, "Where the numbers go.")
        .define("count", Type.INT, Importance.HIGH, "How many there are.")
        .define("failure", Type.STRING, "", Importance.LOW, "What to fail with after the last.");
  }

  @Override
  public String version() {
    return "1";
  }

  @Override
  public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> config) {
    return ExactlyOnceSupport.SUPPORTED;
  }

  @Override
  public ConnectorTransactionBoundaries canDefineTransactionBoundaries(Map<String, String> config) {
    return ConnectorTransactionBoundaries.UNSUPPORTED;
  }

  @Override
  public boolean alterOffsets(Map<String, String> config, Map<Map<String, ?>, Map<String, ?>> to) {
    return true;
  }

  /** Its task. */
  public static final class CountingTask extends SourceTask {

    // Each poll is a transaction, and there are only some 200 of them per second.
    private static final int BATCH = 10;

    private String topic = "";
    private String failure = "";
    private long next;
    private long count;

    @Override
    public void start(Map<String, String> props) {
      topic = props.get("topic");
      count = Long.parseLong(props.get("count"));
      failure = props.getOrDefault("failure", "");
      Map<String, Object> offset = context.offsetStorageReader().offset(PARTITION);
      next = offset == null ? 0 : (Long) offset.get("next");
    }

    @Override
    public List<SourceRecord> poll() {
      if (next < count) {
        return LongStream.range(next, Math.min(count, next + BATCH))
            .mapToObj(this::number)
            .toList();
      }
      if (!failure.isEmpty()) {
        throw new ConnectException(failure);
      }
      return null;
    }

    @Override
    public void stop() {}

    @Override
    public String version() {
      return "1";
    }

    private SourceRecord number(long number) {
      next = number + 1;
      return new SourceRecord(
          PARTITION, Map.of("next", next), topic, Schema.STRING_SCHEMA, Long.toString(number));
    }
  }
}
