// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Counts the records that Kafka has not acknowledged, and the memory that they take in the producer
 * at most, so that no record is given to the producer that it would have to block for. The
 * producer's thread and the delivery thread change it; any thread may ask.
 *
 * <p>The producer allocates a whole batch for the first record of a partition. Two batches of a
 * partition in a row have more bytes of records than one batch has room for, unless the first has a
 * single large record.
 */
final class ProducerMemory {
  /** An upper bound for the producer's memory that a record takes besides its bytes. */
  private static final int PER_RECORD = 128;

  private final int batchSize;
  private final long limit;
  private int partitions = 1;
  private long records;
  private long bytes;
  private long batchBytes;
  private long progressAt;

  /**
   * No records.
   *
   * @param bufferMemory the memory of the producer. Half of it is for the next record
   */
  ProducerMemory(int batchSize, long bufferMemory) {
    this.batchSize = batchSize;
    this.limit = bufferMemory / 2;
  }

  /** The topic has at least so many partitions. */
  synchronized void onPartitions(int count) {
    partitions = Math.max(partitions, count);
  }

  /** A record is given to the producer. */
  synchronized void add(long size, long now) {
    if (records == 0) {
      progressAt = now;
    }
    records++;
    bytes += size;
    batchBytes += inBatches(size);
  }

  /** Kafka has acknowledged a record, or never will. */
  synchronized void remove(long size, long now) {
    progressAt = now;
    records--;
    bytes -= size;
    batchBytes -= inBatches(size);
  }

  private long inBatches(long size) {
    return size >= batchSize ? size + batchSize : 2 * size;
  }

  /** Whether the next record has to wait for acknowledgements. */
  synchronized boolean isFull() {
    return records > 0 && Math.min(records, partitions) * batchSize + batchBytes > limit;
  }

  /** The bytes of all records that are not acknowledged. */
  synchronized long bytes() {
    return bytes;
  }

  /** How many records are not acknowledged. */
  synchronized long records() {
    return records;
  }

  /** For how long nothing was acknowledged although records wait, in nanoseconds. */
  synchronized long stalledNanos(long now) {
    return records == 0 ? 0 : now - progressAt;
  }

  /** The bytes that a record takes at most. */
  static long estimateSize(ProducerRecord<byte[], byte[]> record) {
    long size = PER_RECORD + lengthOf(record.key()) + lengthOf(record.value());
    for (Header header : record.headers()) {
      // A character of a name is three bytes at most.
      size += 3L * header.key().length() + lengthOf(header.value());
    }
    return size;
  }

  private static int lengthOf(byte[] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
