// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.http;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import okhttp3.HttpUrl;

/**
 * Where fal is and how to reach it. Of each list of base URLs the first is used; the others are
 * spare hosts, for requests for which no connection to the first could be made.
 *
 * @param credentials the account's key, or none
 * @param queueUrls base URLs of the queue, at least one
 * @param runUrls base URLs of synchronous, streaming and realtime endpoints, at least one
 * @param restUrls base URLs of the REST API, where tokens are minted, at least one
 * @param headers further headers of the requests on which fal reads platform headers
 * @param connectTimeout how long connecting may take
 * @param idleTimeout silence after which a stream counts as dead
 * @param proxy the HTTP proxy, or null
 * @param tls how {@code https} is secured, or null for the JVM's default
 */
public record FalSettings(
    FalCredentials credentials,
    List<HttpUrl> queueUrls,
    List<HttpUrl> runUrls,
    List<HttpUrl> restUrls,
    PlatformHeaders headers,
    Duration connectTimeout,
    Duration idleTimeout,
    ProxySettings proxy,
    TlsSettings tls) {

  /** Settings with one host each, and without further headers. */
  public FalSettings(
      FalCredentials credentials,
      HttpUrl queueUrl,
      HttpUrl runUrl,
      HttpUrl restUrl,
      Duration connectTimeout,
      Duration idleTimeout,
      ProxySettings proxy,
      TlsSettings tls) {
    this(
        credentials,
        List.of(queueUrl),
        List.of(runUrl),
        List.of(restUrl),
        PlatformHeaders.NONE,
        connectTimeout,
        idleTimeout,
        proxy,
        tls);
  }

  /** Base URL of the queue. */
  public HttpUrl queueUrl() {
    return queueUrls.get(0);
  }

  /** Base URL of synchronous, streaming and realtime endpoints. */
  public HttpUrl runUrl() {
    return runUrls.get(0);
  }

  /** Base URL of the REST API. */
  public HttpUrl restUrl() {
    return restUrls.get(0);
  }

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
