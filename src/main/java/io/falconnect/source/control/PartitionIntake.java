// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.control;

import io.falconnect.source.state.PartitionLedger;
import io.falconnect.source.state.RequestIdentity;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the control records of one partition in their order. While the first of them waits for
 * room, the records behind it are searched for null records, which may make room. Owned by the task
 * thread.
 */
final class PartitionIntake {
  private final TopicPartition partition;
  private final PartitionLedger ledger;
  private final ControlTopic topic;
  private final ControlReader reader;
  private final ControlHandler handler;
  private final RoomCheck room;

  /**
   * The commands of the first fetched records, in their order, so that each record is converted
   * only once.
   */
  private final List<ControlCommand> commands = new ArrayList<>();

  /** How many of the first fetched records need not be searched again for null records. */
  private int searched;

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
      ControlCommand command = readCommand(0, record);
      if (isDone(record, command)) {
        ledger.readUpTo(record.offset() + 1);
        removeRecord();
        continue;
      }
      if (needsRoom(command) && !room.hasRoom() && !makeRoom()) {
        room.logWaiting(partition);
        return false;
      }
      handler.handle(ledger, record, command);
      removeRecord();
    }
    topic.findPosition(partition).ifPresent(ledger::readUpTo);
    return true;
  }

  private void removeRecord() {
    topic.removeRecord(partition);
    commands.remove(0);
    // The record may have opened a watch that a null record behind it ends.
    searched = 0;
  }

  /**
   * Whether a record is read again and its effect is stored. The effect of a null record is stored
   * with the watches that it ended, so a null record is always carried out.
   */
  private boolean isDone(ConsumerRecord<byte[], byte[]> record, ControlCommand command) {
    return !(command instanceof ControlCommand.End) && ledger.isDone(record.offset());
  }

  private ControlCommand readCommand(int index, ConsumerRecord<byte[], byte[]> record) {
    if (index == commands.size()) {
      commands.add(reader.read(record));
    }
    return commands.get(index);
  }

  /** A record that asks for a watch that is open already needs no room. */
  private boolean needsRoom(ControlCommand command) {
    return command instanceof ControlCommand.Watch watch
        && ledger.get(RequestIdentity.of(watch.request())) == null;
  }

  /**
   * Ends the watches for which a null record is among the fetched records. The position stays where
   * it is, so the null record is read again in its turn, and then finds nothing to end, or a watch
   * that was asked for in between.
   *
   * @return whether there is room now
   */
  private boolean makeRoom() {
    int index = 0;
    for (ConsumerRecord<byte[], byte[]> record : topic.listRecords(partition)) {
      if (index >= searched) {
        if (readCommand(index, record) instanceof ControlCommand.End end) {
          handler.endWatchesEarly(ledger, record, end.requestId());
        }
        searched = index + 1;
      }
      index++;
    }
    return room.hasRoom();
  }
}
