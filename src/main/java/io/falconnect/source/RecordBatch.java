// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import io.falconnect.fal.queue.FalResult;
import io.falconnect.fal.queue.QueueRequest;
import io.falconnect.source.record.RecordFactory;
import io.falconnect.source.record.RecordMetrics;
import io.falconnect.source.state.StatusEvent;
import io.falconnect.source.watch.ActiveWatch;
import io.falconnect.source.watch.RecordEmitter;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.source.SourceRecord;

/** Collects the records of one poll. Owned by the task thread. */
final class RecordBatch implements RecordEmitter {
  private final RecordFactory factory;
  private final RecordMetrics metrics;
  private List<SourceRecord> records = new ArrayList<>();
  private int events;

  RecordBatch(RecordFactory factory, RecordMetrics metrics) {
    this.factory = factory;
    this.metrics = metrics;
  }

  @Override
  public void emitStatus(ActiveWatch watch, StatusEvent event) {
    records.add(factory.createStatus(watch.ledger, watch.controlOffset, event));
    events++;
    if (event.outcome() != null) {
      metrics.countOutcome(event.outcome());
    }
  }

  @Override
  public void emitResult(ActiveWatch watch, QueueRequest request, FalResult result) {
    records.add(factory.createResult(watch.ledger, watch.controlOffset, request, result));
    metrics.countResult();
  }

  /** Adds a record that is no event of a watch and no result. */
  void add(SourceRecord record) {
    records.add(record);
  }

  boolean isEmpty() {
    return records.isEmpty();
  }

  /** Returns the collected records, and removes them. */
  List<SourceRecord> drain() {
    if (events > 0) {
      metrics.countEvents(events);
      events = 0;
    }
    List<SourceRecord> drained = records;
    records = new ArrayList<>();
    return drained;
  }
}
