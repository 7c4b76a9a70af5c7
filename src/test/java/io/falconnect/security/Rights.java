// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.security;

import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;
import static org.apache.kafka.common.resource.PatternType.LITERAL;
import static org.apache.kafka.common.resource.PatternType.PREFIXED;
import static org.apache.kafka.common.resource.ResourceType.GROUP;
import static org.apache.kafka.common.resource.ResourceType.TOPIC;
import static org.apache.kafka.common.resource.ResourceType.TRANSACTIONAL_ID;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** The rights that {@code docs/security.md} lists, and no more. */
final class Rights {
  /** Who the worker is, and its own clients. */
  static final String WORKER = "connect";

  private Rights() {}

  /** Of a worker with exactly-once source support whose internal topics are there. */
  static List<AclBinding> worker(String group) {
    List<AclBinding> rights = new ArrayList<>();
    for (String topic : List.of("-configs", "-offsets", "-status")) {
      rights.add(right(WORKER, TOPIC, LITERAL, group + topic, READ));
      rights.add(right(WORKER, TOPIC, LITERAL, group + topic, WRITE));
    }
    rights.add(right(WORKER, GROUP, LITERAL, group, READ));
    rights.add(right(WORKER, TRANSACTIONAL_ID, LITERAL, "connect-cluster-" + group, WRITE));
    return rights;
  }

  /**
   * Of a connector: its worker's, and its own client's.
   *
   * @param user who its own client is
   */
  static List<AclBinding> of(Trial trial, String group, String user) {
    return trial.kind == Trial.Kind.SOURCE ? source(trial, group, user) : sink(trial, user);
  }

  private static List<AclBinding> source(Trial trial, String group, String user) {
    String transactions = group + "-" + trial.name + "-";
    return List.of(
        topic(user, trial.input, READ),
        topic(WORKER, trial.output, WRITE),
        topic(WORKER, trial.results, WRITE),
        topic(WORKER, trial.unusable, WRITE),
        right(WORKER, TRANSACTIONAL_ID, PREFIXED, transactions, WRITE));
  }

  private static List<AclBinding> sink(Trial trial, String user) {
    return List.of(
        topic(WORKER, trial.input, READ),
        right(WORKER, GROUP, LITERAL, "connect-" + trial.name, READ),
        topic(WORKER, trial.unusable, WRITE),
        topic(user, trial.output, WRITE));
  }

  private static AclBinding topic(String user, String topic, AclOperation operation) {
    return right(user, TOPIC, LITERAL, topic, operation);
  }

  private static AclBinding right(
      String user, ResourceType type, PatternType pattern, String name, AclOperation operation) {
    return new AclBinding(
        new ResourcePattern(type, name, pattern),
        new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW));
  }

  /** Whose a right is. */
  static boolean isWorkers(AclBinding right) {
    return right.entry().principal().equals("User:" + WORKER);
  }
}
