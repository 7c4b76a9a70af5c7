// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.http;

import java.io.Closeable;
import java.net.Proxy;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.Credentials;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;

/**
 * The HTTP clients of one task: OkHttp clients for many long streams to few hosts, with their own
 * threads and connections. Safe for any thread.
 */
public final class FalHttp implements Closeable {
  /** The most idle connections of a client that are kept for the next streams. */
  public static final int IDLE_CONNECTIONS = 32;

  /**
   * Above this many streams on platform threads, HTTP/2 needs several times the CPU of HTTP/1.1.
   */
  private static final int MAX_HTTP2_STREAMS_ON_PLATFORM_THREADS = 1000;

  /** Servers commonly close idle connections after five seconds or more. */
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(4);

  /** For so many streams there is one client more. */
  private static final int STREAMS_PER_CLIENT = 1000;

  private static final int MAX_CLIENTS = 32;

  private final List<OkHttpClient> clients;
  private final ExecutorService threads;
  private final String description;

  /**
   * Creates the clients; opens no connection yet.
   *
   * @param name the prefix of their threads' names
   * @param maxStreams how many streams may be open at once; decides on the HTTP version, and on the
   *     number of clients
   */
  public FalHttp(FalSettings settings, String name, int maxStreams) {
    boolean virtual = StreamThreads.areVirtual();
    boolean http1Only = !virtual && maxStreams > MAX_HTTP2_STREAMS_ON_PLATFORM_THREADS;
    this.threads = StreamThreads.newExecutor(name);
    this.description =
        (virtual ? "virtual" : "platform")
            + " threads, "
            + (http1Only ? "HTTP/1.1" : "HTTP/2 where the server offers it over TLS");
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .addInterceptor(new SpareHosts(settings))
            .addInterceptor(RepeatGuard::restoreWait)
            .addNetworkInterceptor(SpareHosts::markConnected)
            .addNetworkInterceptor(RepeatGuard::hideWait)
            .retryOnConnectionFailure(true)
            .followRedirects(false)
            .followSslRedirects(false)
            .fastFallback(!virtual)
            .protocols(
                http1Only
                    ? List.of(Protocol.HTTP_1_1)
                    : List.of(Protocol.HTTP_2, Protocol.HTTP_1_1));
    setTimeouts(builder, settings);
    if (settings.proxy() != null) {
      useProxy(builder, settings.proxy());
    }
    if (settings.tls() != null) {
      useTls(builder, settings.tls());
    }
    OkHttpClient settled = builder.build();
    this.clients =
        Stream.generate(() -> newClient(settled))
            .limit(Math.min(MAX_CLIENTS, 1 + maxStreams / STREAMS_PER_CLIENT))
            .toList();
  }

  private OkHttpClient newClient(OkHttpClient settings) {
    return settings
        .newBuilder()
        .dispatcher(newDispatcher(threads))
        .connectionPool(
            new ConnectionPool(IDLE_CONNECTIONS, KEEP_ALIVE.toMillis(), TimeUnit.MILLISECONDS))
        .build();
  }

  /** A dispatcher without limits: every call has its own thread. */
  private static Dispatcher newDispatcher(ExecutorService threads) {
    Dispatcher dispatcher = new Dispatcher(threads);
    dispatcher.setMaxRequests(Integer.MAX_VALUE);
    dispatcher.setMaxRequestsPerHost(Integer.MAX_VALUE);
    return dispatcher;
  }

  /** Reading has no timeout here; each kind of call sets its own. */
  private static void setTimeouts(OkHttpClient.Builder builder, FalSettings settings) {
    long pingMillis = Math.max(1000, settings.idleTimeout().toMillis() / 2);
    builder
        .connectTimeout(settings.connectTimeout())
        .readTimeout(Duration.ZERO)
        .writeTimeout(settings.idleTimeout())
        .pingInterval(Duration.ofMillis(pingMillis));
  }

  /** A client. It may repeat a GET after a connection failure, and never follows redirects. */
  public OkHttpClient client() {
    return clients.get(0);
  }

  /**
   * All clients, for calls that are spread over them.
   *
   * @param settings what these calls need besides
   */
  public RequestClients spread(UnaryOperator<OkHttpClient.Builder> settings) {
    return new RequestClients(
        clients.stream().map(client -> settings.apply(client.newBuilder()).build()).toList());
  }

  /** The kind of threads and the HTTP version in use, for a log. */
  public String description() {
    return description;
  }

  /** Cancels all calls and releases threads and sockets. Does not wait for them. */
  @Override
  public void close() {
    clients.forEach(client -> client.dispatcher().cancelAll());
    threads.shutdown();
    clients.forEach(client -> client.connectionPool().evictAll());
  }

  private static void useProxy(OkHttpClient.Builder builder, FalSettings.ProxySettings proxy) {
    builder.proxy(new Proxy(Proxy.Type.HTTP, proxy.address()));
    if (proxy.user() == null) {
      return;
    }
    String password = proxy.password() == null ? "" : proxy.password();
    String credentials = Credentials.basic(proxy.user(), password);
    builder.proxyAuthenticator(
        (route, response) -> {
          Request request = response.request();
          // Asked again with these credentials, the proxy would refuse them again.
          boolean isRefused = request.header("Proxy-Authorization") != null;
          return isRefused
              ? null
              : request.newBuilder().header("Proxy-Authorization", credentials).build();
        });
  }

  private static void useTls(OkHttpClient.Builder builder, FalSettings.TlsSettings tls) {
    // The SSL context decides on trust. OkHttp uses this trust manager only for pinned
    // certificates.
    builder.sslSocketFactory(tls.context().getSocketFactory(), platformTrustManager());
    ConnectionSpec.Builder spec = new ConnectionSpec.Builder(ConnectionSpec.MODERN_TLS);
    if (tls.protocols() != null) {
      spec.tlsVersions(tls.protocols().toArray(new String[0]));
    }
    if (tls.cipherSuites() != null) {
      spec.cipherSuites(tls.cipherSuites().toArray(new String[0]));
    }
    builder.connectionSpecs(List.of(spec.build(), ConnectionSpec.CLEARTEXT));
    if (!tls.verifyHostname()) {
      builder.hostnameVerifier((host, session) -> true);
    }
  }

  private static X509TrustManager platformTrustManager() {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init((KeyStore) null);
      return (X509TrustManager) factory.getTrustManagers()[0];
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JVM has no default trust manager", e);
    }
  }
}
