// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import io.falconnect.fal.http.FalSettings;
import io.falconnect.fal.http.PlatformHeaders;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;

/** The keys {@code fal.*}, which all connectors share, in sections. */
public final class FalConfig {
  static final String GROUP = "reaching fal";

  private final ConnectionConfig connection;
  private final HeaderConfig headers;
  private final RetryConfig retry;
  private final ProxyConfig proxy;
  private final TlsConfig tls;

  /** Created at the first call of {@link #settings}, because that reads key stores. */
  private FalSettings settings;

  /** Reads a parsed configuration whose definition has {@link #define}. */
  public FalConfig(AbstractConfig config) {
    this.connection = new ConnectionConfig(config);
    this.headers = new HeaderConfig(config);
    this.retry = new RetryConfig(config);
    this.proxy = new ProxyConfig(config);
    this.tls = new TlsConfig(config);
  }

  /** Adds the keys to a definition. */
  public static ConfigDef define(ConfigDef definition) {
    ConnectionConfig.define(definition);
    RetryConfig.define(definition);
    ProxyConfig.define(definition);
    TlsConfig.define(definition);
    return definition;
  }

  public ConnectionConfig connection() {
    return connection;
  }

  public RetryConfig retry() {
    return retry;
  }

  /**
   * Where fal is and how to reach it. The first call reads key stores and must not run on two
   * threads at once.
   *
   * @throws org.apache.kafka.connect.errors.ConnectException when {@code fal.ssl.*} names stores
   *     that cannot be read
   */
  public FalSettings settings() {
    if (settings == null) {
      settings =
          new FalSettings(
              connection.credentials().hiding(headers.secrets()),
              connection.queueUrls(),
              connection.urls(ConnectionConfig.RUN_URL),
              connection.urls(ConnectionConfig.REST_URL),
              new PlatformHeaders(headers.headers()),
              connection.connectTimeout(),
              connection.idleTimeout(),
              proxy.settings(),
              tls.settings());
    }
    return settings;
  }

  /** Reports values that do not go together. Does not use the network. */
  public void check(ValidationReport report) {
    headers.check(report);
    retry.check(report);
    proxy.check(report);
    tls.check(report);
  }

  /**
   * Reports each of these URLs that cannot be reached, or the proxy once. Waits for a few seconds
   * at most for each.
   *
   * @param urlKeys keys of base URLs
   */
  public void checkConnection(ValidationReport report, String... urlKeys) {
    new ConnectionCheck(this, proxy.isSet(), report).reachAll(urlKeys);
  }
}
