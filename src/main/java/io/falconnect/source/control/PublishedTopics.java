// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.control;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for the topics that the source publishes to. They are in the worker's cluster, which a
 * connector cannot ask. In most installations this is the cluster of the control topic, so a topic
 * that is missing there is a warning and no error. Stateless.
 */
final class PublishedTopics {
  private static final Logger LOG = LoggerFactory.getLogger(PublishedTopics.class);

  /** With such a key Connect creates the topics. */
  private static final String CREATION = "topic.creation.";

  /** With this key the records go to a cluster that the user names. */
  private static final String OTHER_CLUSTER = "producer.override.bootstrap.servers";

  private static final Duration LIMIT = Duration.ofSeconds(1);

  private PublishedTopics() {}

  /**
   * Warns of topics that do not exist.
   *
   * @param consumer a consumer of the control topic's cluster, which creates no topics
   * @param topics the topics by the keys that name them
   */
  static void warnOfMissing(
      Consumer<?, ?> consumer, ControlConfig config, Map<String, String> topics) {
    if (config.hasAnyKey(CREATION) || config.hasAnyKey(OTHER_CLUSTER)) {
      return;
    }
    topics.forEach(
        (key, topic) -> {
          if (isMissing(consumer, topic)) {
            LOG.warn(
                "The topic of {}, '{}', does not exist at {}. If this is the worker's cluster too,"
                    + " create the topic: until it exists nothing is published. If the cluster"
                    + " creates it on demand, all is well",
                key,
                topic,
                config.servers());
          }
        });
  }

  /** False if it is not known, for example because the user may not describe the topic. */
  private static boolean isMissing(Consumer<?, ?> consumer, String topic) {
    try {
      List<PartitionInfo> found = consumer.partitionsFor(topic, LIMIT);
      return found == null || found.isEmpty();
    } catch (KafkaException e) {
      LOG.debug("Topic {} cannot be looked up", topic, e);
      return false;
    }
  }
}
