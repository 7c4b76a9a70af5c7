// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;

/**
 * Looks at one address of a broker before a Kafka client does: a client takes the answer of another
 * server for the length of one of Kafka's, and asks for gigabytes of memory. One thread calls it.
 */
final class BrokerProbe implements Callable<BrokerProbe.Found> {
  private static final int MAX_ADDRESSES = 3;

  private final String address;
  private final ClientKeys keys;
  private final Map<String, ?> settings;
  private volatile boolean isResolved;

  /**
   * What was found at an address.
   *
   * @param isReachable whether a connection could be made
   * @param isWrong whether it is certainly no address for this client
   * @param problem what is wrong, or null
   */
  record Found(boolean isReachable, boolean isWrong, String problem) {}

  /**
   * A probe that has not begun.
   *
   * @param address host and port
   * @param settings the client's settings, without prefix
   */
  BrokerProbe(String address, ClientKeys keys, Map<String, ?> settings) {
    this.address = address;
    this.keys = keys;
    this.settings = settings;
  }

  String address() {
    return address;
  }

  /** What is known while the probe is not done: whether the host was found. Any thread may ask. */
  Found foundSoFar() {
    return isResolved
        ? new Found(true, false, null)
        : new Found(false, false, "the host of " + address + " could not be resolved in time");
  }

  /** Looks the host up, connects, and finds out what the server speaks. Blocks. */
  @Override
  public Found call() {
    try {
      List<InetSocketAddress> addresses = resolve();
      isResolved = true;
      return findAtAny(addresses);
    } catch (UnknownHostException e) {
      return new Found(false, false, "the host of " + address + " cannot be resolved");
    } catch (IOException e) {
      return new Found(false, false, address + ": " + e.getMessage());
    } catch (KafkaException e) {
      // The client says what is wrong with its settings.
      return new Found(true, false, null);
    }
  }

  /** A host may have several addresses, of which only some can be reached. */
  private Found findAtAny(List<InetSocketAddress> addresses) throws IOException {
    IOException failure = null;
    for (InetSocketAddress server : addresses) {
      try {
        Optional<String> problem =
            ClientSecurity.usesTls(settings) ? findWithTls(server) : findWithoutTls(server);
        return new Found(
            true, problem.isPresent(), problem.map(text -> address + " " + text).orElse(null));
      } catch (IOException e) {
        failure = e;
      }
    }
    throw failure;
  }

  /** The first addresses of the host. */
  private List<InetSocketAddress> resolve() throws UnknownHostException {
    int colon = address.lastIndexOf(':');
    int protocol = address.indexOf("://");
    String host = address.substring(protocol < 0 ? 0 : protocol + 3, colon);
    int port = Integer.parseInt(address.substring(colon + 1));
    return Arrays.stream(InetAddress.getAllByName(host))
        .limit(MAX_ADDRESSES)
        .map(ip -> new InetSocketAddress(ip, port))
        .toList();
  }

  private Optional<String> findWithoutTls(InetSocketAddress server) throws IOException {
    String protocol = keys.prefix() + ClientSecurity.PROTOCOL;
    return switch (PeerProtocol.find(server)) {
      case TLS -> Optional.of("speaks TLS: set " + protocol + " to SSL or SASL_SSL");
      case HTTP -> Optional.of("is an HTTP server, not a Kafka broker");
      case OTHER -> Optional.of("is not a Kafka broker: its answer is none of Kafka's");
      case KAFKA, SILENT -> Optional.empty();
    };
  }

  private Optional<String> findWithTls(InetSocketAddress server) throws IOException {
    if (ClientSecurity.hasOwnEngines(settings)) {
      return Optional.empty();
    }
    TlsHandshake.Inside inside = TlsHandshake.findInside(server, settings);
    return switch (inside.protocol()) {
      case KAFKA ->
          inside.isTls()
              ? Optional.empty()
              : Optional.of(
                  "does not speak TLS, which "
                      + keys.prefix()
                      + ClientSecurity.PROTOCOL
                      + " asks for");
      case HTTP -> Optional.of("is an HTTP server, not a Kafka broker");
      case OTHER -> Optional.of("is not a Kafka broker: its answer is none of Kafka's");
      case TLS, SILENT -> Optional.empty();
    };
  }
}
