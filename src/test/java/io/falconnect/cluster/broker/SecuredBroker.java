// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster.broker;

import io.falconnect.cluster.process.Ports;
import io.falconnect.cluster.process.Waits;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclBindingFilter;

/**
 * A broker with users and ACLs. On one listener users give a password (SASL/PLAIN) and may do only
 * what ACLs allow. On the listener of {@link #broker} clients of tests may do everything.
 */
public final class SecuredBroker implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String MODULE =
      "org.apache.kafka.common.security.plain.PlainLoginModule required ";

  private final String address = "127.0.0.1:" + Ports.findFree();
  private final Map<String, String> passwords = new LinkedHashMap<>();
  private final KafkaBroker broker;
  private final Admin admin;

  private SecuredBroker(List<String> users) {
    users.forEach(user -> passwords.put(user, user + "-" + UUID.randomUUID()));
    broker = KafkaBroker.startNew("SASL_PLAINTEXT://" + address, brokerSettings());
    admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrap()));
  }

  /** Starts it with users who may do nothing yet. */
  public static SecuredBroker start(String... users) {
    return new SecuredBroker(List.of(users));
  }

  /** The broker, with its listener that needs no login. */
  public KafkaBroker broker() {
    return broker;
  }

  /** What users put into {@code bootstrap.servers}. */
  public String bootstrap() {
    return address;
  }

  /** A user's password. */
  public String password(String user) {
    return passwords.get(user);
  }

  /** Settings of a user's clients. */
  public Map<String, String> clientSettings(String user) {
    return clientSettings(user, password(user));
  }

  /** Settings of clients with this password, which may be a reference to a secret. */
  public Map<String, String> clientSettings(String user, String password) {
    String login = "%susername=\"%s\" password=\"%s\";".formatted(MODULE, user, password);
    return Map.of(
        "security.protocol",
        "SASL_PLAINTEXT",
        "sasl.mechanism",
        "PLAIN",
        "sasl.jaas.config",
        login);
  }

  /** Creates ACLs and waits until they hold. */
  public void allow(Collection<AclBinding> rights) {
    admin.createAcls(rights);
    rights.forEach(right -> awaitAcl(right, true));
  }

  /** Deletes an ACL and waits until it does not hold any more. */
  public void revoke(AclBinding right) {
    admin.deleteAcls(List.of(right.toFilter()));
    awaitAcl(right, false);
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
    broker.close();
  }

  private void awaitAcl(AclBinding right, boolean there) {
    Waits.until(
        right + (there ? " to hold" : " to be gone"),
        LIMIT,
        () -> Optional.of(readAcls().contains(right)).filter(found -> found == there),
        () -> "The broker's log ends with " + broker.process().outputTail());
  }

  private Collection<AclBinding> readAcls() throws Exception {
    return admin.describeAcls(AclBindingFilter.ANY).values().get(10, TimeUnit.SECONDS);
  }

  private Map<String, String> brokerSettings() {
    String users =
        passwords.entrySet().stream()
            .map(user -> "user_%s=\"%s\"".formatted(user.getKey(), user.getValue()))
            .collect(Collectors.joining(" "));
    return Map.of(
        "listener.security.protocol.map",
            "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT",
        "inter.broker.listener.name", "PLAINTEXT",
        "sasl.enabled.mechanisms", "PLAIN",
        "listener.name.sasl_plaintext.plain.sasl.jaas.config", MODULE + users + ";",
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users", "User:ANONYMOUS",
        "allow.everyone.if.no.acl.found", "false");
  }
}
