// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;

/**
 * Checks the settings of a Kafka client that a connector makes for itself, without the network.
 * Throws nothing.
 */
public final class ClientCheck {
  private static final Pattern NAME = Pattern.compile("[a-z0-9]+(\\.[a-z0-9]+)*");

  /** As Kafka's clients read an address: host or [IPv6 address], and a port. */
  private static final Pattern ADDRESS =
      Pattern.compile(".*?\\[?[0-9a-zA-Z\\-%._:]+\\]?:0*(?<port>[0-9]{1,5})");

  private static final int MAX_PORT = 65_535;

  private final ValidationReport report;
  private final Map<String, String> props;
  private final String prefix;
  private final String bootstrap;

  /**
   * Checks the client's settings in a connector's properties.
   *
   * @param props the connector's properties
   * @param prefix prefix of the client's own keys
   * @param bootstrap key of the client's brokers
   */
  public ClientCheck(
      ValidationReport report, Map<String, String> props, String prefix, String bootstrap) {
    this.report = report;
    this.props = props;
    this.prefix = prefix;
    this.bootstrap = bootstrap;
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
          if (key.startsWith(prefix)) {
            settings.put(key.substring(prefix.length()), value);
          }
        });
    definition.validate(settings).stream()
        .filter(value -> settings.containsKey(value.name()) && !fixed.contains(value.name()))
        .forEach(
            value ->
                value.errorMessages().stream()
                    // A value that cannot be parsed is then also said to be null.
                    .findFirst()
                    .ifPresent(message -> report.addError(prefix + value.name(), message)));
  }

  /**
   * Reports malformed addresses of brokers, else settings that Kafka refuses together.
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
    } catch (RuntimeException e) {
      report.addError(findWrongKey(String.valueOf(e.getMessage())), e.getMessage());
    }
  }

  /** Kafka ignores empty addresses if there is another one. */
  private boolean checkBrokers(List<String> servers) {
    List<String> given = servers.stream().filter(server -> !server.isEmpty()).toList();
    if (given.isEmpty()) {
      report.addError(bootstrap, "names no broker; one at least is needed, like kafka:9092");
      return false;
    }
    List<String> malformed = given.stream().filter(server -> !isAddress(server)).toList();
    if (!malformed.isEmpty()) {
      report.addError(bootstrap, malformed + " is not of the form host:port, like kafka:9092");
    }
    return malformed.isEmpty();
  }

  private static boolean isAddress(String server) {
    Matcher address = ADDRESS.matcher(server);
    if (!address.matches()) {
      return false;
    }
    int port = Integer.parseInt(address.group("port"));
    return port > 0 && port <= MAX_PORT;
  }

  /** The first key in the message that is set; else the key of the brokers. */
  private String findWrongKey(String message) {
    return NAME.matcher(message)
        .results()
        .map(MatchResult::group)
        .map(prefix::concat)
        .filter(props::containsKey)
        .findFirst()
        .orElse(bootstrap);
  }
}
