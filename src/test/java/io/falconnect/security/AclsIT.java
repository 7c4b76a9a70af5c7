// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.broker.SecuredBroker;
import io.falconnect.cluster.worker.WorkerOptions;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.acl.AclBinding;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Connectors with the rights that are listed, and without one of them. */
class AclsIT {
  private static final String GROUP = "acls";

  /** Who the connectors' own clients are. */
  private static final String CLIENT = "fal";

  private static final String NO_DEAD_LETTERS =
      "Could not initialize dead letter queue with topic=";

  private static FalSimulator fal;
  private static SecuredBroker broker;
  private static KafkaCluster cluster;

  @BeforeAll
  static void start() {
    fal = FalSimulator.start(SimulatorConfig.builder().adoptUnknown(true).build());
    broker = SecuredBroker.start(RequiredAcls.WORKER, CLIENT);
    broker.allow(RequiredAcls.ofWorker(GROUP));
    WorkerOptions options = WorkerOptions.defaults().groupId(GROUP);
    options.property("bootstrap.servers", broker.bootstrap());
    for (String client : List.of("", "producer.", "consumer.", "admin.")) {
      broker
          .clientSettings(RequiredAcls.WORKER)
          .forEach((key, value) -> options.property(client + key, value));
    }
    cluster = KafkaCluster.start(broker.broker(), options, 0);
    for (String topic : List.of("-configs", "-offsets", "-status")) {
      cluster.topics().create(GROUP + topic, 1, Map.of("cleanup.policy", "compact"));
    }
    cluster.addWorker();
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
    if (broker != null) {
      broker.close();
    }
    fal.close();
  }

  @ParameterizedTest
  @EnumSource
  void whatIsListedIsEnoughAndWhatIsMissingIsSaid(TestedConnector.Kind kind) {
    try (TestedConnector trial = new TestedConnector(kind, cluster, fal)) {
      List<AclBinding> rights = RequiredAcls.ofConnector(trial, GROUP, CLIENT);
      broker.allow(rights);
      trial
          .withBootstrap(broker.bootstrap())
          .withClient(broker.clientSettings(CLIENT))
          .withErrorTolerance();
      if (kind == TestedConnector.Kind.SOURCE) {
        trial.with("exactly.once.support", "required");
      }
      trial.start().sendUnusable();
      trial.awaitDone(trial.send());
      trial.awaitUnusable(1);
      rights.stream().filter(right -> telling(right, trial)).forEach(r -> without(r, trial));
    }
  }

  /** Connect wants to know at the start that there is one. */
  @Test
  void aDeadLetterQueueThatMayNotBeWrittenToIsNamed() {
    try (TestedConnector trial = new TestedConnector(TestedConnector.Kind.QUEUE, cluster, fal)) {
      List<AclBinding> rights = RequiredAcls.ofConnector(trial, GROUP, CLIENT);
      broker.allow(rights.stream().filter(right -> !isDeadLetters(right, trial)).toList());
      trial
          .withBootstrap(broker.bootstrap())
          .withClient(broker.clientSettings(CLIENT))
          .withErrorTolerance()
          .post();
      assertThat(trial.awaitFailure()).contains(NO_DEAD_LETTERS + trial.unusable);
    }
  }

  private static boolean isDeadLetters(AclBinding right, TestedConnector trial) {
    return right.pattern().name().equals(trial.unusable);
  }

  /** What the sinks have in common is tried with one of them. */
  private static boolean telling(AclBinding right, TestedConnector trial) {
    return switch (trial.kind) {
      case SOURCE -> !List.of(trial.results, trial.unusable).contains(right.pattern().name());
      case REALTIME -> !isDeadLetters(right, trial);
      case STREAM, QUEUE -> !RequiredAcls.isWorkers(right);
    };
  }

  /** A task that may not do something fails and says what; once it may, nothing is lost. */
  private static void without(AclBinding right, TestedConnector trial) {
    broker.revoke(right);
    String key = trial.send();
    trial.sendUnusable();
    assertThat(trial.awaitFailure()).contains(complaint(right));
    if (!RequiredAcls.isWorkers(right)) {
      assertThat(trial.validate().errors().toString())
          .contains("'" + right.pattern().name() + "' cannot be looked up", "uthoriz");
    }
    broker.allow(List.of(right));
    trial.rest().restart(trial.name);
    trial.rest().awaitRunning(trial.name, 1);
    trial.awaitDone(key);
  }

  private static String complaint(AclBinding right) {
    String name = right.pattern().name();
    return switch (right.pattern().resourceType()) {
      case TOPIC -> "Not authorized to access topics: [" + name + "]";
      case GROUP -> "Not authorized to access group: " + name;
      case TRANSACTIONAL_ID -> "Transactional Id authorization failed";
      default -> throw new IllegalArgumentException(right.toString());
    };
  }
}
