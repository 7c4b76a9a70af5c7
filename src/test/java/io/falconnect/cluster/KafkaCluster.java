// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster;

import io.falconnect.cluster.broker.Broker;
import io.falconnect.cluster.broker.ContainerBroker;
import io.falconnect.cluster.broker.KafkaBroker;
import io.falconnect.cluster.client.ConnectRest;
import io.falconnect.cluster.client.Topics;
import io.falconnect.cluster.container.Containers;
import io.falconnect.cluster.worker.ConnectWorker;
import io.falconnect.cluster.worker.WorkerOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Assumptions;

/** A broker and Connect workers of one group. */
public final class KafkaCluster implements AutoCloseable {

  private static final AtomicInteger NAMES = new AtomicInteger();

  private final Broker broker;
  private final boolean ownsBroker;
  private final WorkerOptions options;
  private final Topics topics;
  private final List<ConnectWorker> workers = new ArrayList<>();

  private KafkaCluster(Broker broker, boolean ownsBroker, WorkerOptions options) {
    this.broker = broker;
    this.ownsBroker = ownsBroker;
    this.options = options;
    this.topics = new Topics(broker.bootstrap());
  }

  /** Starts a broker and so many workers. */
  public static KafkaCluster start(WorkerOptions options, int workers) {
    return start(newBroker(), true, options, workers);
  }

  /** Starts so many workers on a broker that is there, and stays when this is closed. */
  public static KafkaCluster start(Broker broker, WorkerOptions options, int workers) {
    return start(broker, false, options, workers);
  }

  /** A name that nothing in this JVM had before: for topics and connectors of a shared cluster. */
  public static String uniqueName(String prefix) {
    return prefix + "-" + NAMES.incrementAndGet();
  }

  /** The broker. */
  public Broker broker() {
    return broker;
  }

  /** The broker, to be killed and started again. Skips the test where it is in a container. */
  public KafkaBroker brokerProcess() {
    if (broker instanceof KafkaBroker process) {
      return process;
    }
    return Assumptions.abort("A broker in a container does not come back on the same port");
  }

  /** What clients put into {@code bootstrap.servers}. */
  public String bootstrap() {
    return broker.bootstrap();
  }

  /** Its topics. */
  public Topics topics() {
    return topics;
  }

  /** The workers, in the order of their start, killed ones too. */
  public List<ConnectWorker> workers() {
    return List.copyOf(workers);
  }

  /** The first worker. */
  public ConnectWorker worker() {
    return workers.get(0);
  }

  /** A client of the first worker that is alive. */
  public ConnectRest rest() {
    return workers.stream()
        .filter(ConnectWorker::isAlive)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("No worker is alive"))
        .rest();
  }

  /** Starts one more worker of the group. */
  public ConnectWorker addWorker() {
    ConnectWorker worker = ConnectWorker.create(bootstrap(), options);
    workers.add(worker);
    return worker.start();
  }

  /** Ends everything that it has started. */
  @Override
  public void close() {
    workers.forEach(ConnectWorker::close);
    topics.close();
    if (ownsBroker) {
      broker.close();
    }
  }

  /** A broker in a container where those are asked for, else as a process. */
  static Broker newBroker() {
    return Containers.areRequested()
        ? ContainerBroker.startNew(KafkaBroker.commonSettings())
        : KafkaBroker.startNew();
  }

  private static KafkaCluster start(
      Broker broker, boolean ownsBroker, WorkerOptions options, int workers) {
    KafkaCluster cluster = new KafkaCluster(broker, ownsBroker, options);
    try {
      IntStream.range(0, workers)
          .forEach(index -> cluster.workers.add(ConnectWorker.create(broker.bootstrap(), options)));
      cluster.workers.forEach(ConnectWorker::launch);
      cluster.workers.forEach(ConnectWorker::awaitReady);
      return cluster;
    } catch (RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
  }
}
