// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;

/**
 * Checks the settings of a Kafka client that a connector makes for itself, without the network.
 * Throws nothing.
 */
public final class ClientCheck {
  /** As Kafka's clients read an address: host or [IPv6 address], and a port. */
  private static final Pattern ADDRESS =
      Pattern.compile(".*?\\[?[0-9a-zA-Z\\-%._:]+\\]?:0*(?<port>[0-9]{1,5})");

  private static final int MAX_PORT = 65_535;

  private final ValidationReport report;
  private final Map<String, String> props;
  private final ClientKeys keys;

  /**
   * Checks the client's settings in a connector's properties.
   *
   * @param props the connector's properties
   */
  public ClientCheck(ValidationReport report, Map<String, String> props, ClientKeys keys) {
    this.report = report;
    this.props = props;
    this.keys = keys;
  }

  /**
   * Reports single values that Kafka refuses.
   *
   * @param fixed names of settings that the user cannot choose
   */
  public void checkValues(ConfigDef definition, Set<String> fixed) {
    Map<String, String> settings = new HashMap<>();
    props.forEach(
        (key, value) -> {
          if (key.startsWith(keys.prefix())) {
            settings.put(key.substring(keys.prefix().length()), value);
          }
        });
    definition.validate(settings).stream()
        .filter(value -> settings.containsKey(value.name()) && !fixed.contains(value.name()))
        .forEach(
            value ->
                value.errorMessages().stream()
                    // A value that cannot be parsed is then also said to be null.
                    .findFirst()
                    .ifPresent(message -> report.addError(keys.prefix() + value.name(), message)));
  }

  /**
   * Reports malformed addresses of brokers, else settings that Kafka refuses together, and key
   * stores and login configurations that cannot be used.
   *
   * @param settings settings of the client
   * @param client throws for settings that Kafka refuses
   */
  public void checkTogether(
      List<String> servers, Map<String, Object> settings, Consumer<Map<String, Object>> client) {
    if (!checkBrokers(servers)) {
      return;
    }
    try {
      client.accept(settings);
    } catch (RuntimeException | LinkageError e) {
      report.add(new ClientFailure(keys, settings, e).toFinding());
      return;
    }
    ClientSecurity.findErrors(settings)
        .forEach(error -> report.addError(keys.prefix() + error.key(), error.message()));
  }

  /** Kafka ignores empty addresses if there is another one. */
  private boolean checkBrokers(List<String> servers) {
    List<String> given = servers.stream().filter(server -> !server.isEmpty()).toList();
    if (given.isEmpty()) {
      report.addError(keys.bootstrap(), "names no broker; one at least is needed, like kafka:9092");
      return false;
    }
    List<String> malformed = given.stream().filter(server -> !isAddress(server)).toList();
    if (!malformed.isEmpty()) {
      List<String> shown = malformed.stream().map(ClientCheck::hideCredentials).toList();
      report.addError(keys.bootstrap(), shown + " is not of the form host:port, like kafka:9092");
    }
    return malformed.isEmpty();
  }

  private static String hideCredentials(String server) {
    return server.replaceAll("[^/]*@", "[hidden]@");
  }

  private static boolean isAddress(String server) {
    Matcher address = ADDRESS.matcher(server);
    if (server.contains("@") || !address.matches()) {
      return false;
    }
    int port = Integer.parseInt(address.group("port"));
    return port > 0 && port <= MAX_PORT;
  }
}
