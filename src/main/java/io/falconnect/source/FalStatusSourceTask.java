// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import io.falconnect.connect.UnresolvedReferences;
import io.falconnect.connect.Version;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/** A task of the status source. Its work is done by {@link SourceLoop}. */
public final class FalStatusSourceTask extends SourceTask {
  private SourceLoop loop;

  /** Called by Connect. */
  public FalStatusSourceTask() {}

  @Override
  public String version() {
    return Version.VERSION;
  }

  @Override
  public void start(Map<String, String> props) {
    UnresolvedReferences.requireNone(props);
    loop = SourceLoop.start(new StatusSourceConfig(props), context);
  }

  @Override
  public List<SourceRecord> poll() throws InterruptedException {
    return loop.poll();
  }

  /** Called by Connect on the task thread or on a thread of the producer. */
  @Override
  public void commitRecord(SourceRecord record, RecordMetadata metadata) {
    loop.onAcknowledged(record, metadata != null);
  }

  /** Called by Connect on the task thread or on the thread that stores offsets. */
  @Override
  public void commit() {
    loop.onFlush();
  }

  @Override
  public void stop() {
    if (loop != null) {
      loop.close();
    }
  }
}
