// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.input;

import java.nio.ByteBuffer;
import okio.ByteString;
import org.apache.kafka.connect.sink.SinkRecord;

/**
 * An input of the task: a record of its topics, as fal is to get it.
 *
 * @param record as Connect gave it
 * @param assignment of the partition it came from
 * @param offset where it is in that partition
 * @param requestId the input's own, else one made of its coordinates: the same input always has the
 *     same
 * @param payload encoded for fal
 */
public record Input(
    SinkRecord record, Assignment assignment, long offset, String requestId, ByteString payload) {

  /** Where it is. */
  public InputPosition position() {
    return new InputPosition(assignment, offset);
  }

  /** Inputs with the same one are to keep their order; null where there is no order to keep. */
  public Object orderingKey() {
    return record.key() instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : record.key();
  }

  /**
   * Which of so many it belongs to: always the same for a key, or for a partition where there is no
   * key.
   */
  public int affinity(int count) {
    Object key = orderingKey();
    return Math.floorMod((key == null ? assignment.partition() : key).hashCode(), count);
  }

  /** Returns the input without its payload, for results that come later. */
  public Input withoutPayload() {
    return new Input(createLightRecord(), assignment, offset, requestId, ByteString.EMPTY);
  }

  /** Returns the input without the value of its record, where only the payload is needed. */
  public Input withoutValue() {
    return new Input(createLightRecord(), assignment, offset, requestId, payload);
  }

  /**
   * Returns the input without the value as Connect has read it. A dead letter is made of the bytes
   * that Connect's own kind of record keeps. A record of another kind is kept whole.
   */
  public Input withoutReadValue() {
    if (record.getClass() == SinkRecord.class) {
      return this;
    }
    SinkRecord light =
        record.newRecord(
            record.topic(),
            record.kafkaPartition(),
            record.keySchema(),
            record.key(),
            null,
            null,
            record.timestamp(),
            record.headers());
    return new Input(light, assignment, offset, requestId, payload);
  }

  /** A new record, because Connect's record keeps the bytes that it was read from. */
  private SinkRecord createLightRecord() {
    return new SinkRecord(
        record.topic(),
        record.kafkaPartition(),
        record.keySchema(),
        record.key(),
        null,
        null,
        record.kafkaOffset(),
        record.timestamp(),
        record.timestampType(),
        record.headers(),
        record.originalTopic(),
        record.originalKafkaPartition(),
        record.originalKafkaOffset());
  }

  /** Where it came from, for messages. */
  @Override
  public String toString() {
    return "input " + requestId + " (" + assignment + ", offset " + offset + ")";
  }
}
