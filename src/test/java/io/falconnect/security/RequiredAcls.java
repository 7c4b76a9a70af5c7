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

/** Exactly the ACLs that {@code docs/security.md} lists. */
final class RequiredAcls {
  /** The user of the worker and of its clients. */
  static final String WORKER = "connect";

  private RequiredAcls() {}

  /** The ACLs of a worker with exactly-once source support whose internal topics exist. */
  static List<AclBinding> ofWorker(String group) {
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
   * The ACLs of a connector: for its worker and for its own client.
   *
   * @param user the user of its own client
   */
  static List<AclBinding> ofConnector(TestedConnector trial, String group, String user) {
    return trial.kind == TestedConnector.Kind.SOURCE
        ? source(trial, group, user)
        : sink(trial, user);
  }

  private static List<AclBinding> source(TestedConnector trial, String group, String user) {
    String transactions = group + "-" + trial.name + "-";
    return List.of(
        topic(user, trial.input, READ),
        topic(WORKER, trial.output, WRITE),
        topic(WORKER, trial.results, WRITE),
        topic(WORKER, trial.unusable, WRITE),
        right(WORKER, TRANSACTIONAL_ID, PREFIXED, transactions, WRITE));
  }

  private static List<AclBinding> sink(TestedConnector trial, String user) {
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

  /** Whether an ACL is for the worker's user. */
  static boolean isWorkers(AclBinding right) {
    return right.entry().principal().equals("User:" + WORKER);
  }
}
