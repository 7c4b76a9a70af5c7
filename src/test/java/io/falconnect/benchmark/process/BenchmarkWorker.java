// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.process;

import io.falconnect.benchmark.measure.BenchmarkSettings;
import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.broker.KafkaBroker;
import io.falconnect.cluster.process.Jdk;
import io.falconnect.cluster.worker.WorkerOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Workers with the heap, JVM arguments and flush interval that the benchmark's options set. */
public final class BenchmarkWorker {
  private BenchmarkWorker() {}

  /** Starts one worker on a broker that is there. */
  public static KafkaCluster start(KafkaBroker broker, Jdk jdk, String name, boolean exactlyOnce) {
    List<String> jvmArgs = new ArrayList<>();
    jvmArgs.add("-Xmx" + BenchmarkSettings.text("worker.heap", "768m"));
    jvmArgs.addAll(BenchmarkSettings.list("worker.jvm.args", ""));
    WorkerOptions options =
        WorkerOptions.defaults()
            .groupId(KafkaCluster.uniqueName(name + "-" + jdk.feature()))
            .exactlyOnce(exactlyOnce)
            .offsetFlushInterval(
                Duration.ofSeconds(BenchmarkSettings.number("offset.flush.seconds", 10)))
            .jdk(jdk)
            .jvmArgs(jvmArgs.toArray(new String[0]));
    return KafkaCluster.start(broker, options, 1);
  }
}
