// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import io.falconnect.source.state.InFlightRecord;
import io.falconnect.source.state.SourceOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Finds out which source offsets are safely stored. Connect says which records are acknowledged,
 * and when it has stored offsets, but not which ones. Without exactly-once support it may have
 * started to store before the last acknowledgements, and a crash may come in between. So a record
 * counts as stored after two whole flushes that started after its acknowledgement: the first one
 * that ends may have started before.
 */
final class OffsetFlushes {
  private static final int FLUSHES = 2;

  private final Queue<Acknowledgement> acknowledgements = new ConcurrentLinkedQueue<>();
  private final AtomicLong flushes = new AtomicLong();
  private final Queue<Waiting> waiting = new ArrayDeque<>();

  /** What is released when the records of the last update are stored. */
  private List<Runnable> acknowledged = new ArrayList<>();

  private record Acknowledgement(InFlightRecord record, boolean isPublished) {}

  private record Waiting(long untilFlush, List<Runnable> releases) {}

  /** Starts without a record. */
  OffsetFlushes() {}

  /**
   * Connect has acknowledged a record. Called on any thread.
   *
   * @param isPublished whether the record is in Kafka; false where a transform has dropped it
   */
  void onAcknowledged(SourceRecord record, boolean isPublished) {
    if (record.sourceOffset() instanceof SourceOffset offset) {
      acknowledgements.add(new Acknowledgement(offset.record(), isPublished));
    }
  }

  /** Connect has stored offsets. Called on any thread. */
  void onFlush() {
    flushes.incrementAndGet();
  }

  /**
   * Lets ledgers count what is stored. Called on the task thread at the start of each poll. Connect
   * takes over the acknowledged offsets before each poll, so the records of the last update can be
   * a part of every flush that starts from now on.
   */
  void update() {
    long now = flushes.get();
    while (!waiting.isEmpty() && waiting.peek().untilFlush() <= now) {
      waiting.remove().releases().forEach(Runnable::run);
    }
    if (!acknowledged.isEmpty()) {
      waiting.add(new Waiting(now + FLUSHES, acknowledged));
      acknowledged = new ArrayList<>();
    }
    Acknowledgement next;
    while ((next = acknowledgements.poll()) != null) {
      acknowledged.addAll(next.record().acknowledge(next.isPublished()));
    }
  }
}
