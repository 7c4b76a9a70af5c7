// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster;

import java.io.UncheckedIOException;

/** Does what an operator has to do while workers die. */
public final class Operator {
  /**
   * A task with exactly-once support asks the group's leader to fence its predecessors when it
   * starts. Where the leader is killed before it answers, Connect leaves the task FAILED until
   * somebody restarts it, whatever the connector.
   */
  private static final String LEADER_IS_GONE = "fenceZombieSourceTasks";

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
        if (!status.traces().contains(LEADER_IS_GONE)) {
          throw new AssertionError(connector + " has failed: " + status.traces());
        }
        String restart = "/restart?includeTasks=true&onlyFailed=true";
        worker.rest().request("POST", "/connectors/" + connector + restart, "");
      }
    } catch (ConnectRestException | UncheckedIOException e) {
      // It is only just starting: the next round, or the other worker, will do.
    }
  }
}
