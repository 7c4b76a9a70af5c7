// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Sends a request to the next host of a list if no connection to the one before could be made. A
 * request of which anything may have been sent goes to no other host. Each request starts at its
 * own host again, and has to say by a {@link FalHost} which list is its own. Safe for any thread.
 */
final class SpareHosts implements Interceptor {
  private final FalSettings settings;

  /** Whether the present attempt at a request has got a connection. Used by the call's thread. */
  private static final class Attempt {
    private boolean isConnected;
  }

  SpareHosts(FalSettings settings) {
    this.settings = settings;
  }

  /** A network interceptor: OkHttp calls it when a request has its connection. */
  static Response markConnected(Interceptor.Chain chain) throws IOException {
    Attempt attempt = chain.request().tag(Attempt.class);
    if (attempt != null) {
      attempt.isConnected = true;
    }
    return chain.proceed(chain.request());
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    IOException first = null;
    for (HttpUrl url : urlsOf(chain.request())) {
      Attempt attempt = new Attempt();
      Request request = chain.request().newBuilder().url(url).tag(Attempt.class, attempt).build();
      try {
        return chain.proceed(request);
      } catch (IOException e) {
        if (attempt.isConnected || !isConnectFailure(e) || chain.call().isCanceled()) {
          throw e;
        }
        first = first == null ? e : first;
      }
    }
    throw first;
  }

  /** The request's URL, and the same below every other base URL of its host. */
  private List<HttpUrl> urlsOf(Request request) {
    HttpUrl url = request.url();
    List<HttpUrl> urls = new ArrayList<>(List.of(url));
    FalHost host = request.tag(FalHost.class);
    List<HttpUrl> bases = host == null ? List.of() : host.urls(settings);
    bases.stream()
        .filter(base -> isBelow(base, url))
        .findFirst()
        .ifPresent(
            base ->
                bases.stream()
                    .filter(other -> !other.equals(base))
                    .forEach(other -> urls.add(move(url, base, other))));
    return urls;
  }

  private static boolean isBelow(HttpUrl base, HttpUrl url) {
    return url.scheme().equals(base.scheme())
        && url.host().equals(base.host())
        && url.port() == base.port()
        && (url.encodedPath() + "/").startsWith(pathOf(base) + "/");
  }

  private static HttpUrl move(HttpUrl url, HttpUrl from, HttpUrl to) {
    return url.newBuilder()
        .scheme(to.scheme())
        .host(to.host())
        .port(to.port())
        .encodedPath(pathOf(to) + url.encodedPath().substring(pathOf(from).length()))
        .build();
  }

  /** The path without a slash at its end. */
  private static String pathOf(HttpUrl base) {
    String path = base.encodedPath();
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  private static boolean isConnectFailure(IOException e) {
    return e instanceof ConnectException
        || e instanceof NoRouteToHostException
        || e instanceof UnknownHostException
        || e instanceof SocketTimeoutException;
  }
}
