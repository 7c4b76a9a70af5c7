// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Looks at a Kafka cluster while a configuration is validated. All that may block is on threads of
 * its own, so a name server, a broker or another server that does not answer cannot hold it up.
 * Throws nothing. Used by one thread.
 */
public final class ClusterCheck {
  private static final String BOOTSTRAP = "bootstrap.servers";

  /** For the look-up of hosts, and for the few bytes that tell what a server speaks. */
  private static final Duration PROBE_LIMIT = Duration.ofSeconds(7);

  /** For all requests of a client to the cluster. */
  private static final Duration CLIENT_LIMIT = Duration.ofSeconds(15);

  private final ClientKeys keys;
  private final List<String> servers;
  private final Map<String, Object> settings;

  /**
   * A check that has not begun.
   *
   * @param servers addresses of brokers
   * @param settings the client's settings, without prefix
   */
  public ClusterCheck(ClientKeys keys, List<String> servers, Map<String, Object> settings) {
    this.keys = keys;
    this.servers = servers.stream().filter(server -> !server.isEmpty()).toList();
    this.settings = settings;
  }

  /**
   * Probes the addresses, and has a client look something up at those that can be reached.
   *
   * @param introduction begins a message about the cluster
   * @param lookUp uses a client with the settings that it is given, and says what is wrong
   */
  public Optional<Finding> run(
      String introduction, Function<Map<String, Object>, Optional<Finding>> lookUp) {
    Map<String, BrokerProbe.Found> found = probe();
    Optional<String> problem = describe(found);
    if (problem.isPresent()) {
      return Optional.of(new Finding(keys.bootstrap(), introduction + problem.get()));
    }
    Map<String, Object> reachable = new HashMap<>(settings);
    reachable.put(
        BOOTSTRAP, servers.stream().filter(server -> found.get(server).isReachable()).toList());
    DaemonCall<Optional<Finding>> call =
        DaemonCall.start("fal-cluster-check", () -> lookUp.apply(reachable));
    String failure;
    try {
      return call.await(CLIENT_LIMIT);
    } catch (TimeoutException e) {
      failure = "no answer in " + CLIENT_LIMIT.toSeconds() + " s";
    } catch (ExecutionException e) {
      failure = describeFailure(e.getCause());
    }
    return Optional.of(new Finding(keys.bootstrap(), introduction + failure));
  }

  /** What is wrong with the addresses, or that none can be reached. Waits for seconds at most. */
  public Optional<String> findProblem() {
    return describe(probe());
  }

  /**
   * The addresses that are certainly not those of brokers for this client. One that cannot be
   * reached may be one. Waits for seconds at most.
   */
  public Optional<String> findWrongServers() {
    Map<String, BrokerProbe.Found> found = probe();
    found.values().removeIf(one -> !one.isWrong());
    return describe(found);
  }

  private Optional<String> describe(Map<String, BrokerProbe.Found> found) {
    boolean isReachable = found.values().stream().anyMatch(BrokerProbe.Found::isReachable);
    String problems =
        found.values().stream()
            .filter(one -> one.isWrong() || !isReachable)
            .map(BrokerProbe.Found::problem)
            .distinct()
            .collect(Collectors.joining("; "));
    return problems.isEmpty() ? Optional.empty() : Optional.of(problems);
  }

  private Map<String, BrokerProbe.Found> probe() {
    Map<BrokerProbe, DaemonCall<BrokerProbe.Found>> calls = new LinkedHashMap<>();
    servers.stream()
        .distinct()
        .map(server -> new BrokerProbe(server, keys, settings))
        .forEach(probe -> calls.put(probe, DaemonCall.start("fal-broker-probe", probe)));
    long begin = System.nanoTime();
    Map<String, BrokerProbe.Found> found = new LinkedHashMap<>();
    calls.forEach(
        (probe, call) -> {
          Duration passed = Duration.ofNanos(System.nanoTime() - begin);
          found.put(probe.address(), await(probe, call, PROBE_LIMIT.minus(passed)));
        });
    return found;
  }

  private static BrokerProbe.Found await(
      BrokerProbe probe, DaemonCall<BrokerProbe.Found> call, Duration limit) {
    try {
      return call.await(limit.isNegative() ? Duration.ZERO : limit);
    } catch (TimeoutException e) {
      return probe.foundSoFar();
    } catch (ExecutionException e) {
      // The client says what is wrong.
      return new BrokerProbe.Found(true, false, null);
    }
  }

  private static String describeFailure(Throwable failure) {
    return failure instanceof OutOfMemoryError
        ? "the answer is none of a Kafka broker's"
        : failure.toString();
  }
}
