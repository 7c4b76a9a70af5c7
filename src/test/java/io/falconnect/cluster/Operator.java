// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster;

import io.falconnect.cluster.client.ConnectRestException;
import io.falconnect.cluster.client.ConnectorStatus;
import io.falconnect.cluster.worker.ConnectWorker;
import java.io.UncheckedIOException;

/** Restarts failed tasks, as an operator does after workers have died. */
public final class Operator {
  /**
   * A task with exactly-once support asks the group's leader to fence its predecessors when it
   * starts. Where the leader is killed before it answers, Connect leaves the task FAILED until
   * somebody restarts it, whatever the connector.
   */
  private static final String LEADER_IS_GONE = "fenceZombieSourceTasks";

  /**
   * Connect's task finds its own writer of offsets at work, which, as its log says, "the framework
   * should not allow". Seen once, on a machine that was overloaded. The transaction is aborted, so
   * that nothing is lost or repeated; what the tests assert afterwards holds all the same.
   */
  private static final String OFFSETS_ARE_BUSY = "OffsetStorageWriter is already flushing";

  private Operator() {}

  /** Restarts tasks that have failed because a worker died; none may have failed otherwise. */
  public static void reviveTasks(KafkaCluster cluster, String connector) {
    cluster.workers().forEach(worker -> reviveTasks(worker, connector));
  }

  private static void reviveTasks(ConnectWorker worker, String connector) {
    if (!worker.isAlive()) {
      return;
    }
    try {
      ConnectorStatus status = worker.rest().status(connector);
      if (status.isFailed()) {
        String traces = status.traces();
        if (!traces.contains(LEADER_IS_GONE) && !traces.contains(OFFSETS_ARE_BUSY)) {
          throw new AssertionError(connector + " has failed: " + traces);
        }
        String restart = "/restart?includeTasks=true&onlyFailed=true";
        worker.rest().request("POST", "/connectors/" + connector + restart, "");
      }
    } catch (ConnectRestException | UncheckedIOException e) {
      // The worker is just starting: the next call, or another worker, restarts the tasks.
    }
  }
}
