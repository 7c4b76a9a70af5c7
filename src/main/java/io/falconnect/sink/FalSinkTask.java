// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.connect.UnresolvedReferences;
import io.falconnect.connect.Version;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTask;

/** A task of a sink. It passes the calls of Connect on to its {@link SinkLoop}. */
abstract class FalSinkTask extends SinkTask {
  private SinkLoop loop;

  /** Starts the loop of this sink. */
  abstract SinkLoop startLoop(Map<String, String> props);

  @Override
  public String version() {
    return Version.VERSION;
  }

  @Override
  public void start(Map<String, String> props) {
    UnresolvedReferences.requireNone(props);
    loop = startLoop(props);
  }

  @Override
  public void open(Collection<TopicPartition> partitions) {
    loop.open(partitions);
  }

  @Override
  public void put(Collection<SinkRecord> records) {
    loop.put(records);
  }

  @Override
  public Map<TopicPartition, OffsetAndMetadata> preCommit(
      Map<TopicPartition, OffsetAndMetadata> offsets) {
    return loop.preCommit(offsets);
  }

  @Override
  public void close(Collection<TopicPartition> partitions) {
    loop.close(partitions);
  }

  @Override
  public void stop() {
    if (loop != null) {
      loop.close();
    }
  }
}
