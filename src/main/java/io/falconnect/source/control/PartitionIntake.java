// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.control;

import io.falconnect.source.state.PartitionLedger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads the control records of one partition in their order. Owned by the task thread. */
final class PartitionIntake {
  private final TopicPartition partition;
  private final PartitionLedger ledger;
  private final ControlTopic topic;
  private final ControlReader reader;
  private final ControlHandler handler;
  private final RoomCheck room;

  /** The record that waits for room, or null. */
  private ConsumerRecord<byte[], byte[]> waiting;

  /** The command of the waiting record, so that it is converted only once. */
  private ControlCommand waitingCommand;

  PartitionIntake(
      TopicPartition partition,
      PartitionLedger ledger,
      ControlTopic topic,
      ControlReader reader,
      ControlHandler handler,
      RoomCheck room) {
    this.partition = partition;
    this.ledger = ledger;
    this.topic = topic;
    this.reader = reader;
    this.handler = handler;
    this.room = room;
  }

  /**
   * Handles the records that were fetched, up to the first watch there is no room for. A record
   * that ends a watch needs no room, and may make some.
   *
   * @return whether all of them are handled
   * @throws org.apache.kafka.connect.errors.RetriableException when the converter cannot read the
   *     next record for now
   * @throws org.apache.kafka.connect.errors.ConnectException when a record is unusable and errors
   *     are not tolerated
   */
  boolean readRecords() {
    ConsumerRecord<byte[], byte[]> record;
    while ((record = topic.peekRecord(partition)) != null) {
      ControlCommand command = record == waiting ? waitingCommand : reader.read(record);
      if (command instanceof ControlCommand.Watch && !room.hasRoom(ledger)) {
        waiting = record;
        waitingCommand = command;
        room.logWaiting(partition, ledger);
        return false;
      }
      waiting = null;
      waitingCommand = null;
      handler.handle(ledger, record, command);
      topic.removeRecord(partition);
    }
    topic.findPosition(partition).ifPresent(ledger::readUpTo);
    return true;
  }
}
