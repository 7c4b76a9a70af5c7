// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Looks the output topic up with the producer, on a thread of its own, so that no write has to wait
 * for that. It goes on until the topic is found or the producer is closed.
 */
final class TopicLookup {
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final IntConsumer partitions;
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean found;
  private volatile KafkaException failure;

  private TopicLookup(Producer<byte[], byte[]> producer, String topic, IntConsumer partitions) {
    this.producer = producer;
    this.topic = topic;
    this.partitions = partitions;
  }

  /**
   * Starts to look for a topic.
   *
   * @param thread the name of the thread
   * @param partitions takes the number of the topic's partitions
   */
  static TopicLookup start(
      Producer<byte[], byte[]> producer, String topic, String thread, IntConsumer partitions) {
    TopicLookup lookup = new TopicLookup(producer, topic, partitions);
    Thread looking = new Thread(lookup::run, thread);
    looking.setDaemon(true);
    looking.start();
    return lookup;
  }

  private void run() {
    while (!found && failure == null) {
      try {
        partitions.accept(producer.partitionsFor(topic).size());
        found = true;
      } catch (TimeoutException e) {
        // The user has limited max.block.ms. The cluster may still come back.
        await(PAUSE);
      } catch (KafkaException e) {
        failure = e;
      }
    }
    ended.countDown();
  }

  /** Waits until the topic is found or the lookup has failed, at most for this time. */
  void await(Duration limit) {
    try {
      ended.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  boolean isFound() {
    return found;
  }

  /** Why the topic can never be found; null if it is found or may still be. */
  KafkaException failure() {
    return failure;
  }
}
