// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.http;

import java.io.Closeable;
import java.io.IOException;
import java.net.Proxy;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.Credentials;
import okhttp3.Dispatcher;
import okhttp3.EventListener;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;

/** An OkHttp client made for many long streams to few hosts, and what has to be closed with it. */
public final class FalHttp implements Closeable {
  /** On platform threads HTTP/2 costs several times the CPU of HTTP/1.1 above this many streams. */
  private static final int MANY_STREAMS = 1000;

  /** A stream that is done leaves its connection to the next one. */
  static final int IDLE_CONNECTIONS = 32;

  /** Servers commonly close idle connections after five seconds or more. */
  private static final Duration IDLE = Duration.ofSeconds(4);

  private final OkHttpClient client;
  private final ExecutorService threads;
  private final String description;

  /**
   * Opens no connection yet.
   *
   * @param name what its threads' names start with
   * @param maxStreams how many streams will be open at once; decides on the HTTP version
   */
  public FalHttp(FalSettings settings, String name, int maxStreams) {
    boolean virtual = StreamThreads.virtual();
    boolean onlyHttp1 = !virtual && maxStreams > MANY_STREAMS;
    this.threads = StreamThreads.newExecutor(name);
    this.description =
        (virtual ? "virtual" : "platform")
            + " threads, "
            + (onlyHttp1 ? "HTTP/1.1" : "HTTP/2 where the server offers it over TLS");
    Dispatcher dispatcher = new Dispatcher(threads);
    dispatcher.setMaxRequests(Integer.MAX_VALUE);
    dispatcher.setMaxRequestsPerHost(Integer.MAX_VALUE);
    OkHttpClient.Builder builder =
        new OkHttpClient.Builder()
            .dispatcher(dispatcher)
            .connectionPool(
                new ConnectionPool(IDLE_CONNECTIONS, IDLE.toMillis(), TimeUnit.MILLISECONDS))
            .connectTimeout(settings.connectTimeout())
            .readTimeout(Duration.ZERO)
            .writeTimeout(settings.idleTimeout())
            .pingInterval(pingInterval(settings.idleTimeout()))
            .retryOnConnectionFailure(true)
            .followRedirects(false)
            .followSslRedirects(false)
            .fastFallback(!virtual)
            .protocols(
                onlyHttp1
                    ? List.of(Protocol.HTTP_1_1)
                    : List.of(Protocol.HTTP_2, Protocol.HTTP_1_1));
    if (settings.proxy() != null) {
      useProxy(builder, settings.proxy());
    }
    if (settings.tls() != null) {
      useTls(builder, settings.tls());
    }
    this.client = builder.build();
  }

  /** The client: GETs may be sent again by it, redirects are never followed. */
  public OkHttpClient client() {
    return client;
  }

  /** Which threads and which HTTP version were chosen, for a log. */
  public String description() {
    return description;
  }

  /**
   * Makes sure that there is a server, whatever it answers, or whether: one that can be connected
   * to is there. No key is sent.
   *
   * @throws IOException when there is none within the time
   */
  public void reach(HttpUrl url, Duration limit) throws IOException {
    AtomicBoolean connected = new AtomicBoolean();
    EventListener listener =
        new EventListener() {
          @Override
          public void connectionAcquired(Call call, Connection connection) {
            connected.set(true);
          }
        };
    OkHttpClient bounded = client.newBuilder().callTimeout(limit).eventListener(listener).build();
    try {
      bounded.newCall(new Request.Builder().url(url).head().build()).execute().close();
    } catch (IOException e) {
      if (!connected.get()) {
        throw e;
      }
    }
  }

  /** Cancels what is under way and lets threads and sockets go; does not wait for them. */
  @Override
  public void close() {
    client.dispatcher().cancelAll();
    threads.shutdown();
    client.connectionPool().evictAll();
  }

  private static Duration pingInterval(Duration idleTimeout) {
    return Duration.ofMillis(Math.max(1000, idleTimeout.toMillis() / 2));
  }

  private static void useProxy(OkHttpClient.Builder builder, FalSettings.ProxySettings proxy) {
    builder.proxy(new Proxy(Proxy.Type.HTTP, proxy.address()));
    if (proxy.user() != null) {
      String credentials =
          Credentials.basic(proxy.user(), proxy.password() == null ? "" : proxy.password());
      builder.proxyAuthenticator(
          (route, response) -> {
            boolean refused = response.request().header("Proxy-Authorization") != null;
            return refused
                ? null
                : response
                    .request()
                    .newBuilder()
                    .header("Proxy-Authorization", credentials)
                    .build();
          });
    }
  }

  private static void useTls(OkHttpClient.Builder builder, FalSettings.TlsSettings tls) {
    // Trust is the context's affair; OkHttp asks for a trust manager only to order pinned chains.
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
