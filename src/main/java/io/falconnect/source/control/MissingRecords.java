// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.control;

import io.falconnect.connect.TaskConfig;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.ToLongBiFunction;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides what follows when control records are to be read from an offset that does not exist. The
 * stored position is that of the last record that was published, so deleted records behind it may
 * have been read already. Owned by the task thread.
 */
final class MissingRecords {
  private static final Logger LOG = LoggerFactory.getLogger(MissingRecords.class);
  private static final Duration LOOK_UP_TIMEOUT = Duration.ofSeconds(5);

  private static final String DELETED =
      "control records of %s were to be read from offset %s on, but offsets %s to %s were deleted."
          + " They may have been read already: the stored position is that of the last record that"
          + " was published. If not, they are lost";

  private final Consumer<byte[], byte[]> consumer;
  private final Settings settings;

  /**
   * What decides.
   *
   * @param toleratesErrors whether to go on without records that are deleted
   * @param firstUnread of a partition and a position: the first offset from there on that may not
   *     have been handled
   */
  record Settings(boolean toleratesErrors, ToLongBiFunction<TopicPartition, Long> firstUnread) {}

  /** Uses the consumer only in {@link #handle}. */
  MissingRecords(Consumer<byte[], byte[]> consumer, Settings settings) {
    this.consumer = consumer;
    this.settings = settings;
  }

  /**
   * Goes on behind the records that are deleted if errors are tolerated.
   *
   * @param positions the offsets that are to be read and do not exist
   * @throws ConnectException if the task cannot go on
   * @throws RetriableException if the records are not missing after all
   * @throws org.apache.kafka.common.KafkaException if the cluster cannot be asked
   */
  void handle(Map<TopicPartition, Long> positions) {
    StringJoiner fatal = new StringJoiner(". ");
    positions.forEach(
        (partition, position) -> {
          String message = handle(partition, position);
          if (message != null) {
            fatal.add(message);
          }
        });
    if (fatal.length() > 0) {
      throw new ConnectException(fatal.toString());
    }
  }

  /** Null if the task can go on. */
  private String handle(TopicPartition partition, long position) {
    Set<TopicPartition> one = Set.of(partition);
    long first = consumer.beginningOffsets(one, LOOK_UP_TIMEOUT).get(partition);
    long end = consumer.endOffsets(one, LOOK_UP_TIMEOUT).get(partition);
    if (position > end) {
      return ("control records of %s were to be read from offset %s on, but the partition ends at"
              + " offset %s: the topic was truncated or created anew. To go on, stop the connector"
              + " and set 'next' and 'floor' to 0 in all source offsets of the partition by PATCH"
              + " /connectors/{name}/offsets")
          .formatted(partition, position, end);
    }
    if (position >= first) {
      throw new RetriableException(
          "offset %s of %s could not be read".formatted(position, partition));
    }
    long unread = settings.firstUnread().applyAsLong(partition, position);
    if (unread >= first) {
      LOG.info("{} is read from offset {} on: all deleted records were handled", partition, first);
      consumer.seek(partition, first);
      return null;
    }
    String deleted = DELETED.formatted(partition, unread, unread, first - 1);
    if (!settings.toleratesErrors()) {
      return ("%s. To go on at offset %s, set %s=all, or stop the connector and set 'next' of the"
              + " partition to that offset by PATCH /connectors/{name}/offsets. With %s the stored"
              + " position does not fall behind")
          .formatted(deleted, first, TaskConfig.ERRORS_TOLERANCE, ControlConfig.HEARTBEAT_TOPIC);
    }
    LOG.warn("Going on at offset {}: {}", first, deleted);
    consumer.seek(partition, first);
    return null;
  }
}
