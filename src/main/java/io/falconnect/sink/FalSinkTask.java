// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.connect.Version;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;

/** A task of a sink: see {@link SinkLoop}, which it becomes when it is started. */
abstract class FalSinkTask extends SinkTask {
  private SinkLoop started;

  /** Starts what this sink is made of. */
  abstract SinkLoop started(Map<String, String> props);

  @Override
  public String version() {
    return Version.VERSION;
  }

  @Override
  public void start(Map<String, String> props) {
    started = started(props);
  }

  @Override
  public void open(Collection<TopicPartition> partitions) {
    started.open(partitions);
  }

  @Override
  public void put(Collection<SinkRecord> records) {
    started.put(records);
  }

  @Override
  public Map<TopicPartition, OffsetAndMetadata> preCommit(
      Map<TopicPartition, OffsetAndMetadata> offsets) {
    return started.preCommit(offsets);
  }

  @Override
  public void close(Collection<TopicPartition> partitions) {
    started.close(partitions);
  }

  @Override
  public void stop() {
    if (started != null) {
      started.close();
    }
  }
}
