// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import io.falconnect.source.state.LedgerTrial;
import io.falconnect.source.state.SourceOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * What Connect does with records and their offsets, with and without exactly-once support. Without
 * it, records are acknowledged in any order, the offset of each source partition advances with the
 * first records that are all acknowledged, and a flush writes one offset after the other.
 */
final class ConnectModel {
  /**
   * A record of the connector.
   *
   * @param event what it says
   * @param isDropped whether a transform drops it
   * @param repeats the control records that asked for its watch again
   */
  record Sent(SourceOffset offset, String event, boolean isDropped, Set<Long> repeats) {}

  private final boolean isExactlyOnce;
  private final Consumer<Sent> onPublished;
  private final Consumer<Map<Integer, SourceOffset>> onStored;
  private final Map<Integer, SourceOffset> stored = new HashMap<>();

  private OffsetFlushes flushes = new OffsetFlushes();
  private List<Sent> sent = new ArrayList<>();
  private final Map<Map<String, Object>, Queue<Submitted>> submitted = new HashMap<>();
  private final Map<Map<String, Object>, SourceOffset> committable = new LinkedHashMap<>();
  private List<SourceOffset> flushing = new ArrayList<>();
  private boolean isFlushing;

  private static final class Submitted {
    final SourceOffset offset;
    boolean isAcknowledged;

    Submitted(SourceOffset offset) {
      this.offset = offset;
    }
  }

  ConnectModel(
      boolean isExactlyOnce,
      Consumer<Sent> onPublished,
      Consumer<Map<Integer, SourceOffset>> onStored) {
    this.isExactlyOnce = isExactlyOnce;
    this.onPublished = onPublished;
    this.onStored = onStored;
  }

  Map<Integer, SourceOffset> stored() {
    return stored;
  }

  /** Without exactly-once support Connect acknowledges a record at once that a transform drops. */
  void send(Sent record) {
    if (!isExactlyOnce && record.isDropped()) {
      onPublished.accept(record);
      acknowledge(record);
      return;
    }
    sent.add(record);
    if (!isExactlyOnce) {
      submitted
          .computeIfAbsent(
              record.offset().record().sourcePartition(), partition -> new ArrayDeque<>())
          .add(new Submitted(record.offset()));
    }
  }

  /** What the worker does before it polls the task. */
  void poll() {
    if (isExactlyOnce) {
      commitTransaction();
    } else {
      updateCommittable();
    }
    flushes.update();
  }

  /** Stores the offsets of all records since the last poll together with them. */
  void commitTransaction() {
    for (Sent record : sent) {
      onPublished.accept(record);
      if (!record.isDropped()) {
        LedgerTrial.store(stored, record.offset());
      }
    }
    onStored.accept(stored);
    sent.forEach(this::acknowledge);
    sent = new ArrayList<>();
    flushes.onFlush();
  }

  /** Acknowledges one of the records that were sent, out of order. */
  void acknowledge(int which) {
    if (isExactlyOnce || sent.isEmpty()) {
      return;
    }
    Sent record = sent.remove(which % sent.size());
    onPublished.accept(record);
    acknowledge(record);
    submitted
        .getOrDefault(record.offset().record().sourcePartition(), new ArrayDeque<>())
        .forEach(one -> one.isAcknowledged |= one.offset == record.offset());
  }

  void acknowledgeAll() {
    while (!isExactlyOnce && !sent.isEmpty()) {
      acknowledge(0);
    }
  }

  private void acknowledge(Sent record) {
    flushes.onAcknowledged(
        new SourceRecord(
            record.offset().record().sourcePartition(), record.offset(), "t", null, "v"),
        !record.isDropped());
  }

  private void updateCommittable() {
    submitted.forEach(
        (partition, records) -> {
          while (!records.isEmpty() && records.peek().isAcknowledged) {
            committable.put(partition, records.remove().offset);
          }
        });
  }

  void beginFlush() {
    if (!isExactlyOnce && !isFlushing) {
      isFlushing = true;
      flushing = new ArrayList<>(committable.values());
      committable.clear();
    }
  }

  /** Writes one offset of the flush. */
  void write(int which) {
    if (!flushing.isEmpty()) {
      LedgerTrial.store(stored, flushing.remove(which % flushing.size()));
      onStored.accept(stored);
    }
  }

  void endFlush() {
    if (isFlushing) {
      while (!flushing.isEmpty()) {
        write(0);
      }
      isFlushing = false;
      flushes.onFlush();
    }
  }

  /** All that is not stored is lost. */
  void crash() {
    flushes = new OffsetFlushes();
    sent = new ArrayList<>();
    submitted.clear();
    committable.clear();
    flushing.clear();
    isFlushing = false;
  }
}
