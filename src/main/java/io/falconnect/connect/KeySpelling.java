// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Warns of keys that no definition has: Connect accepts every key, so a key with a slip of the pen
 * has no effect. Immutable.
 */
public final class KeySpelling {
  private static final Logger LOG = LoggerFactory.getLogger(KeySpelling.class);

  /** Connect's own keys. */
  private static final Set<String> CONNECT =
      Set.of(
          "name",
          "connector.class",
          "connector.plugin.version",
          "tasks.max",
          "tasks.max.enforce",
          "topics",
          "topics.regex",
          "key.converter",
          "value.converter",
          "header.converter",
          "transforms",
          "predicates",
          "config.action.reload",
          "errors.tolerance",
          "errors.retry.timeout",
          "errors.retry.delay.max.ms",
          "errors.log.enable",
          "errors.log.include.messages",
          "errors.deadletterqueue.topic.name",
          "errors.deadletterqueue.topic.replication.factor",
          "errors.deadletterqueue.context.headers.enable",
          "exactly.once.support",
          "transaction.boundary",
          "transaction.boundary.interval.ms",
          "offsets.storage.topic",
          "topic.creation.groups");

  /** The first words of the keys of all connectors of this plugin. */
  private static final Set<String> OWN_WORDS =
      Set.of(
          "fal",
          "control",
          "status",
          "result",
          "requests",
          "realtime",
          "stream",
          "queue",
          "outcome",
          "behavior",
          "input");

  /** The keys of Connect's plugins and clients begin so. */
  private static final List<String> CONNECT_PREFIXES =
      List.of(
          "key.converter.",
          "value.converter.",
          "header.converter.",
          "transforms.",
          "predicates.",
          "topic.creation.",
          "consumer.override.",
          "producer.override.",
          "admin.override.");

  private static final String HEADERS = "fal.header.";

  private final Set<String> known;
  private final Set<String> firstWords;
  private final Set<String> clientKeys;
  private final Set<String> clientPrefixes;
  private final List<String> unchecked;

  /**
   * Knows a connector's keys.
   *
   * @param definition the connector's keys; the keys of its converters are not checked
   * @param clients names of settings of the connector's Kafka clients, by the prefix of their keys
   */
  public KeySpelling(ConfigDef definition, Map<String, Set<String>> clients) {
    this.known = new HashSet<>(definition.names());
    this.firstWords =
        definition.names().stream().map(KeySpelling::firstWord).collect(Collectors.toSet());
    this.firstWords.addAll(OWN_WORDS);
    this.clientPrefixes = clients.keySet();
    this.clientKeys = new TreeSet<>();
    clients.forEach((prefix, names) -> names.forEach(name -> this.clientKeys.add(prefix + name)));
    this.unchecked = new ArrayList<>(CONNECT_PREFIXES);
    this.unchecked.add(HEADERS);
    definition.configKeys().values().stream()
        .filter(key -> key.name.endsWith(".converter"))
        .forEach(key -> this.unchecked.add(key.name + "."));
    known.addAll(CONNECT);
    known.addAll(clientKeys);
  }

  /** Logs a warning for each key that has no effect. Called once, when the connector starts. */
  public void warn(Map<String, String> props) {
    findUnknown(props).forEach(this::warn);
  }

  private void warn(String key) {
    Optional<String> nearest = findNearest(key);
    if (nearest.isPresent()) {
      LOG.warn(
          "{} is not a key of this connector and has no effect. Is {} meant?", key, nearest.get());
    } else {
      LOG.warn("{} is not a key of this connector and has no effect", key);
    }
  }

  /** The keys that nothing reads, as far as this is known, in order. */
  List<String> findUnknown(Map<String, String> props) {
    return new TreeSet<>(props.keySet())
        .stream()
            .filter(key -> !known.contains(key))
            .filter(key -> unchecked.stream().noneMatch(key::startsWith))
            .filter(this::isMistaken)
            .toList();
  }

  /**
   * A client's plugins, such as interceptors, and other software may have keys of their own: only
   * those that are almost a known key are mistakes.
   */
  private boolean isMistaken(String key) {
    boolean isOfClient = clientPrefixes.stream().anyMatch(key::startsWith);
    if (firstWords.contains(firstWord(key)) && !isOfClient) {
      return true;
    }
    return findNearest(key)
        .filter(
            nearest ->
                nearest.endsWith("." + key) && !isOfClient
                    || EditDistance.between(key, nearest) <= Math.min(2, key.length() / 4))
        .isPresent();
  }

  /** The key that is meant, if one is near: the same without a prefix, else with other letters. */
  Optional<String> findNearest(String key) {
    Optional<String> longer =
        known.stream().filter(candidate -> candidate.endsWith("." + key)).sorted().findFirst();
    return longer.or(
        () ->
            known.stream()
                .min(
                    Comparator.<String>comparingInt(
                            candidate -> EditDistance.between(key, candidate))
                        .thenComparing(Comparator.naturalOrder()))
                .filter(candidate -> EditDistance.between(key, candidate) <= key.length() / 3));
  }

  private static String firstWord(String key) {
    int end = key.indexOf('.');
    return end < 0 ? key : key.substring(0, end);
  }
}
