// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.http;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import okhttp3.HttpUrl;

/**
 * Where fal is and how to reach it.
 *
 * @param credentials the account's key, or none
 * @param queueUrl base URL of the queue
 * @param runUrl base URL of synchronous, streaming and realtime endpoints
 * @param restUrl base URL of the REST API, where tokens are minted
 * @param connectTimeout how long connecting may take
 * @param idleTimeout silence after which a stream counts as dead
 * @param proxy the HTTP proxy, or null
 * @param tls how {@code https} is secured, or null for the JVM's default
 */
public record FalSettings(
    FalCredentials credentials,
    HttpUrl queueUrl,
    HttpUrl runUrl,
    HttpUrl restUrl,
    Duration connectTimeout,
    Duration idleTimeout,
    ProxySettings proxy,
    TlsSettings tls) {

  /**
   * An HTTP proxy.
   *
   * @param address where it listens, not resolved yet
   * @param user the user name for the proxy, or null
   * @param password the password of that user, or null; never shown
   */
  public record ProxySettings(InetSocketAddress address, String user, String password) {
    @Override
    public String toString() {
      return address.getHostString() + ":" + address.getPort();
    }
  }

  /**
   * How {@code https} is secured.
   *
   * @param context keys and trusted certificates
   * @param protocols enabled protocols, or null for the default
   * @param cipherSuites enabled cipher suites, or null for the default
   * @param verifyHostname whether the certificate must name the host
   */
  public record TlsSettings(
      SSLContext context,
      List<String> protocols,
      List<String> cipherSuites,
      boolean verifyHostname) {}
}
