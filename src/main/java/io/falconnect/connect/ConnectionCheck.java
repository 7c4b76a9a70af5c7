// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import io.falconnect.fal.http.FalHttp;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;

/** Tries to connect to fal while a configuration is validated. Throws nothing. */
final class ConnectionCheck {
  private static final Duration TIMEOUT = Duration.ofSeconds(4);

  private final FalConfig config;
  private final boolean hasProxy;
  private final ValidationReport report;

  ConnectionCheck(FalConfig config, boolean hasProxy, ValidationReport report) {
    this.config = config;
    this.hasProxy = hasProxy;
    this.report = report;
  }

  /** Reports each URL that cannot be reached; stops at a proxy that cannot be reached. */
  void reachAll(String... urlKeys) {
    try (FalHttp http = new FalHttp(config.settings(), "fal-connection-check", 1)) {
      for (String key : urlKeys) {
        Exception failure = tryToReach(http, key);
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

  /** The failure, or null. */
  private Exception tryToReach(FalHttp http, String urlKey) {
    try {
      http.checkReachable(
          ConnectionConfig.hostOf(urlKey), config.connection().url(urlKey), TIMEOUT);
      return null;
    } catch (IOException | RuntimeException e) {
      return e;
    }
  }

  /** With a proxy, only the proxy's own host is looked up and connected to. */
  private boolean isProxyFailure(Exception failure) {
    return hasProxy
        && (failure instanceof ConnectException
            || failure instanceof NoRouteToHostException
            || failure instanceof UnknownHostException);
  }

  private void addError(String key, Exception e) {
    report.addError(
        key, "cannot be reached: " + e.getClass().getSimpleName() + ": " + e.getMessage());
  }
}
