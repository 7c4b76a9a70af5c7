// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster;

import io.falconnect.cluster.broker.Broker;
import io.falconnect.cluster.process.Jdk;
import io.falconnect.cluster.process.Jdks;
import io.falconnect.cluster.worker.WorkerOptions;
import java.util.Optional;

/**
 * Clusters that test classes share, because starting one takes longer than most tests: one broker,
 * and a worker with and one without exactly-once source support, each started when first asked for
 * and ended with the JVM.
 *
 * <p>Tests leave the processes running, use names of their own ({@link KafkaCluster#uniqueName})
 * and delete their connectors. Those that kill processes start a cluster of their own.
 */
public final class SharedCluster {

  private static Optional<Broker> broker = Optional.empty();
  private static Optional<KafkaCluster> exactlyOnce = Optional.empty();
  private static Optional<KafkaCluster> plain = Optional.empty();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(SharedCluster::close, "shared-cluster-shutdown"));
  }

  private SharedCluster() {}

  /** The cluster with exactly-once source support. Its workers run on {@link Jdks#workerJdk}. */
  public static synchronized KafkaCluster get() {
    Jdk jdk = Jdks.workerJdk();
    if (exactlyOnce.isEmpty()) {
      exactlyOnce = Optional.of(start("shared-exactly-once", true, jdk));
    }
    return exactlyOnce.get();
  }

  /** The cluster without exactly-once source support, on the same broker. */
  public static synchronized KafkaCluster withoutExactlyOnce() {
    Jdk jdk = Jdks.workerJdk();
    if (plain.isEmpty()) {
      plain = Optional.of(start("shared-plain", false, jdk));
    }
    return plain.get();
  }

  /** The broker alone, for workers that a test starts itself. */
  public static synchronized Broker broker() {
    if (broker.isEmpty()) {
      broker = Optional.of(KafkaCluster.newBroker());
    }
    return broker.get();
  }

  private static KafkaCluster start(String group, boolean support, Jdk jdk) {
    WorkerOptions options = WorkerOptions.defaults().groupId(group).exactlyOnce(support).jdk(jdk);
    return KafkaCluster.start(broker(), options, 1);
  }

  private static synchronized void close() {
    exactlyOnce.ifPresent(KafkaCluster::close);
    plain.ifPresent(KafkaCluster::close);
    broker.ifPresent(Broker::close);
  }
}
