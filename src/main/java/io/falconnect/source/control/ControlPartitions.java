// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.control;

import io.falconnect.connect.ClientSettingException;
import io.falconnect.connect.ClusterCheck;
import io.falconnect.connect.Finding;
import io.falconnect.connect.KafkaClients;
import io.falconnect.connect.ValidationReport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.connect.connector.ConnectorContext;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the partitions of the control topic, and has Connect reconfigure the tasks when the count
 * changes. A thread of its own looks regularly; after the start only that thread uses the consumer.
 * Connect does not stop a connector that has failed, so after a failure this closes itself.
 */
public final class ControlPartitions implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlPartitions.class);
  private static final Duration LOOK_UP_TIMEOUT = Duration.ofSeconds(10);

  /** Look-ups in a row without the topic that fail the connector. */
  private static final int MAX_MISSES = 3;

  private static final Duration CHECK_TIMEOUT = Duration.ofSeconds(4);

  private final String topic;
  private final String servers;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final ConnectorContext context;
  private final IntConsumer check;
  private final ScheduledExecutorService thread;
  private final AtomicBoolean isClosed = new AtomicBoolean();
  private volatile int count;

  /** Look-ups in a row that did not find the topic. Owned by the thread. */
  private int misses;

  private ControlPartitions(ControlConfig config, ConnectorContext context, IntConsumer check) {
    this.topic = config.topic();
    this.servers = config.servers();
    this.context = context;
    this.check = check;
    Map<String, Object> settings = config.createConsumerSettings("partitions");
    this.consumer = KafkaClients.createConsumer(ControlConsumer.KEYS, settings);
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread named =
                  new Thread(task, "fal-" + config.task().connectorName() + "-partitions");
              named.setDaemon(true);
              return named;
            });
  }

  /**
   * Counts the partitions and starts the thread. Called by Connect when the connector starts.
   *
   * @param check fails when the topic cannot be read with so many partitions
   * @throws ConnectException when there is no such topic, the cluster cannot be reached, or the
   *     check fails
   */
  public static ControlPartitions start(
      ControlConfig config, ConnectorContext context, IntConsumer check) {
    ControlPartitions partitions = new ControlPartitions(config, context, check);
    try {
      partitions.count = partitions.lookUp();
      check.accept(partitions.count);
    } catch (ConnectException e) {
      partitions.close();
      throw e;
    } catch (KafkaException | OutOfMemoryError e) {
      partitions.close();
      String problem = clusterCheck(config).findProblem().orElse(String.valueOf(e.getMessage()));
      throw new ConnectException(partitions.describeFailure(problem), e);
    }
    long interval = config.refreshMillis();
    partitions.thread.scheduleWithFixedDelay(
        partitions::refreshCount, interval, interval, TimeUnit.MILLISECONDS);
    return partitions;
  }

  /** Counts the partitions; empty where the cluster does not answer within a few seconds. */
  public static OptionalInt count(ControlConfig config) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        KafkaClients.createConsumer(ControlConsumer.KEYS, config.createConsumerSettings("check"))) {
      List<PartitionInfo> found = consumer.partitionsFor(config.topic(), CHECK_TIMEOUT);
      return found == null || found.isEmpty() ? OptionalInt.empty() : OptionalInt.of(found.size());
    } catch (KafkaException e) {
      LOG.warn(
          "The partitions of control topic {} are not counted: {}", config.topic(), e.getMessage());
      return OptionalInt.empty();
    }
  }

  /**
   * Reports a control topic that cannot be looked up, and warns of topics to publish to that do not
   * exist. Waits for the cluster for some seconds at most.
   *
   * @param published the topics that the source publishes to, by the keys that name them
   */
  public static void checkTopics(
      ControlConfig config, Map<String, String> published, ValidationReport report) {
    String introduction =
        "topic '" + config.topic() + "' cannot be looked up at " + config.servers() + ": ";
    clusterCheck(config)
        .run(introduction, settings -> findError(config, published, introduction, settings))
        .ifPresent(report::add);
  }

  private static ClusterCheck clusterCheck(ControlConfig config) {
    return new ClusterCheck(
        ControlConsumer.KEYS, config.bootstrap(), config.createConsumerSettings("check"));
  }

  private static Optional<Finding> findError(
      ControlConfig config,
      Map<String, String> published,
      String introduction,
      Map<String, Object> settings) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        KafkaClients.createConsumer(ControlConsumer.KEYS, settings)) {
      List<PartitionInfo> found = consumer.partitionsFor(config.topic(), CHECK_TIMEOUT);
      PublishedTopics.warnOfMissing(consumer, config, published);
      return found == null || found.isEmpty()
          ? Optional.of(
              new Finding(
                  ControlConfig.TOPIC,
                  "topic '" + config.topic() + "' does not exist at " + config.servers()))
          : Optional.empty();
    } catch (ClientSettingException e) {
      return Optional.of(e.finding());
    } catch (RuntimeException e) {
      Throwable root = e.getCause() == null ? e : e.getCause();
      return Optional.of(new Finding(ControlConfig.BOOTSTRAP, introduction + root.getMessage()));
    }
  }

  /** How many partitions the topic had at the last look-up. Safe for any thread. */
  public int partitionCount() {
    return count;
  }

  private int lookUp() {
    List<PartitionInfo> found = consumer.partitionsFor(topic, LOOK_UP_TIMEOUT);
    if (found == null || found.isEmpty()) {
      throw new ConnectException(
          "The control topic '" + topic + "' does not exist at " + servers + ": create it first");
    }
    return found.size();
  }

  private void refreshCount() {
    try {
      int found = lookUp();
      misses = 0;
      if (found != count) {
        onCountChange(found);
      }
    } catch (WakeupException e) {
      LOG.debug("Stopped looking for partitions of {}", topic);
    } catch (RetriableException e) {
      LOG.warn("{}; looking again later", describeFailure(e.getMessage()));
    } catch (ConnectException e) {
      // A broker that has just started may not know of it yet.
      if (++misses < MAX_MISSES) {
        LOG.warn("{}; looking again later", e.getMessage());
      } else {
        failConnector(e);
      }
    } catch (KafkaException e) {
      failConnector(new ConnectException(describeFailure(e.getMessage()), e));
    }
  }

  private void onCountChange(int found) {
    LOG.info("The control topic {} has {} partitions now, not {}", topic, found, count);
    try {
      check.accept(found);
    } catch (ConnectException e) {
      failConnector(e);
      return;
    }
    count = found;
    context.requestTaskReconfiguration();
  }

  /** Called on the thread, at most once. */
  private void failConnector(ConnectException cause) {
    if (!isClosed.compareAndSet(false, true)) {
      return;
    }
    try {
      context.raiseError(cause);
    } finally {
      thread.shutdown();
      ControlTopic.closeConsumer(consumer);
    }
  }

  private String describeFailure(String reason) {
    return "The control topic '" + topic + "' cannot be read at " + servers + ": " + reason;
  }

  /** Stops the thread, which closes the consumer that it uses. Does nothing after a failure. */
  @Override
  public void close() {
    if (!isClosed.compareAndSet(false, true)) {
      return;
    }
    consumer.wakeup();
    thread.execute(() -> ControlTopic.closeConsumer(consumer));
    thread.shutdown();
  }
}
