// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import io.falconnect.fal.http.FalHttp;
import io.falconnect.fal.http.ServerCheck;
import io.falconnect.fal.http.ServerVerdict;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import okhttp3.HttpUrl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the servers of fal while a configuration is validated. Throws nothing. */
final class ConnectionCheck {
  private static final Logger LOG = LoggerFactory.getLogger(ConnectionCheck.class);

  /** For one question; there may be two. */
  private static final Duration TIMEOUT = Duration.ofSeconds(4);

  /** For all questions to one server. Only the look-up of a host can take so long. */
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final FalConfig config;
  private final boolean hasProxy;
  private final ValidationReport report;

  ConnectionCheck(FalConfig config, boolean hasProxy, ValidationReport report) {
    this.config = config;
    this.hasProxy = hasProxy;
    this.report = report;
  }

  /**
   * Reports each URL that cannot be reached or is certainly not fal's; stops at a proxy that cannot
   * be reached.
   */
  void reachAll(String... urlKeys) {
    try (FalHttp http = new FalHttp(config.settings(), "fal-connection-check", 1)) {
      for (String key : urlKeys) {
        Throwable failure = tryToReach(http, key);
        if (failure != null && isProxyFailure(failure)) {
          addError(ProxyConfig.URL, failure);
          return;
        }
        if (failure != null) {
          addError(key, failure);
        }
      }
    } catch (RuntimeException e) {
      addError(urlKeys[0], e);
    }
  }

  /** The failure to get any answer, or null. */
  private Throwable tryToReach(FalHttp http, String urlKey) {
    HttpUrl url = config.connection().url(urlKey);
    DaemonCall<ServerVerdict> call =
        DaemonCall.start(
            "fal-connection-check",
            () -> new ServerCheck(http).check(ConnectionConfig.hostOf(urlKey), url, TIMEOUT));
    try {
      judge(urlKey, call.await(LIMIT));
      return null;
    } catch (TimeoutException e) {
      String host = hasProxy ? "proxy" : url.host();
      return new UnknownHostException(host + " could not be resolved in time");
    } catch (ExecutionException e) {
      return e.getCause();
    }
  }

  private void judge(String urlKey, ServerVerdict verdict) {
    if (verdict.isOther()) {
      report.addError(urlKey, "the server that answers is not fal: " + verdict.description());
    } else if (!verdict.isFal()) {
      LOG.warn(
          "{}: it is not certain that the server that answers is fal: {}",
          urlKey,
          verdict.description());
    }
  }

  /** With a proxy, only the proxy's own host is looked up and connected to. */
  private boolean isProxyFailure(Throwable failure) {
    return hasProxy
        && (failure instanceof ConnectException
            || failure instanceof NoRouteToHostException
            || failure instanceof UnknownHostException);
  }

  private void addError(String key, Throwable e) {
    report.addError(
        key, "cannot be reached: " + e.getClass().getSimpleName() + ": " + e.getMessage());
  }
}
