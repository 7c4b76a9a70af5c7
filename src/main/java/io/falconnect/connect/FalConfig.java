// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import io.falconnect.fal.EndpointId;
import io.falconnect.fal.failure.Backoff;
import io.falconnect.fal.http.FalCredentials;
import io.falconnect.fal.http.FalHttp;
import io.falconnect.fal.http.FalSettings;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import okhttp3.HttpUrl;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.types.Password;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of {@code fal.*}: their definitions, and their values out of a connector's config. What
 * each key means, with its unit and bounds, is in {@link FalDefinition}.
 */
public final class FalConfig {
  public static final String API_KEY = "fal.api.key";
  public static final String QUEUE_URL = "fal.queue.url";
  public static final String RUN_URL = "fal.run.url";
  public static final String REST_URL = "fal.rest.url";
  public static final String ENDPOINT_ID = "fal.endpoint.id";
  public static final String CONNECT_TIMEOUT = "fal.connect.timeout.ms";
  public static final String IDLE_TIMEOUT = "fal.idle.timeout.ms";
  public static final String RETRY_BACKOFF = "fal.retry.backoff.ms";
  public static final String RETRY_BACKOFF_MAX = "fal.retry.backoff.max.ms";
  public static final String RETRY_TIMEOUT = "fal.retry.timeout.ms";
  public static final String PROXY_URL = "fal.proxy.url";
  public static final String PROXY_USER = "fal.proxy.user";
  public static final String PROXY_PASSWORD = "fal.proxy.password";
  public static final String CONNECTION_CHECK = "fal.connection.check";

  private static final Logger LOG = LoggerFactory.getLogger(FalConfig.class);
  private static final Duration CHECK = Duration.ofSeconds(4);

  /** What is longer is for ever: it cannot be counted in nanoseconds. */
  private static final Duration CENTURY = Duration.ofDays(36_525);

  private final AbstractConfig config;

  /** Made when first asked for: key stores are read for it. */
  private FalSettings settings;

  /** Reads the keys out of a parsed config whose definition has {@link #addTo}. */
  public FalConfig(AbstractConfig config) {
    this.config = config;
  }

  /** Adds the keys to a definition. */
  public static ConfigDef addTo(ConfigDef def) {
    return FalDefinition.addTo(def);
  }

  /**
   * Where fal is and how to reach it. Reads key stores at its first call; not safe for two threads
   * then.
   *
   * @throws org.apache.kafka.common.KafkaException when {@code fal.ssl.*} names stores that cannot
   *     be read
   */
  public FalSettings settings() {
    if (settings == null) {
      settings = read();
    }
    return settings;
  }

  private FalSettings read() {
    return new FalSettings(
        FalCredentials.ofKey(password(API_KEY)),
        queueUrl(),
        runUrl(),
        HttpUrl.get(config.getString(REST_URL)),
        Duration.ofMillis(config.getInt(CONNECT_TIMEOUT)),
        Duration.ofMillis(config.getInt(IDLE_TIMEOUT)),
        proxy(),
        FalTls.settings(config));
  }

  /** Base URL of the queue. */
  public HttpUrl queueUrl() {
    return HttpUrl.get(config.getString(QUEUE_URL));
  }

  /** Base URL of synchronous, streaming and realtime endpoints. */
  public HttpUrl runUrl() {
    return HttpUrl.get(config.getString(RUN_URL));
  }

  /** The default endpoint, if there is one. */
  public Optional<EndpointId> endpoint() {
    return Optional.ofNullable(config.getString(ENDPOINT_ID)).map(EndpointId::parse);
  }

  /** The wait between attempts. */
  public Backoff backoff() {
    return new Backoff(
        Duration.ofMillis(config.getLong(RETRY_BACKOFF)),
        Duration.ofMillis(config.getLong(RETRY_BACKOFF_MAX)));
  }

  /** How long something may fail without a break; empty for ever, or more than a century. */
  public Optional<Duration> retryTimeout() {
    Duration timeout = Duration.ofMillis(config.getLong(RETRY_TIMEOUT));
    return timeout.isNegative() || timeout.compareTo(CENTURY) > 0
        ? Optional.empty()
        : Optional.of(timeout);
  }

  /** Says what is wrong between the keys. */
  public void check(ConfigReport report) {
    String key = password(API_KEY);
    if (key != null && key.startsWith("${")) {
      LOG.warn(
          "{} is a reference that no config provider of the worker resolved: fal will refuse it",
          API_KEY);
    }
    if (config.getLong(RETRY_BACKOFF_MAX) < config.getLong(RETRY_BACKOFF)) {
      report.error(RETRY_BACKOFF_MAX, "is less than " + RETRY_BACKOFF);
    }
    if (config.getString(PROXY_URL) == null && config.getString(PROXY_USER) != null) {
      report.error(PROXY_USER, "is of no use without " + PROXY_URL);
    }
    if (config.getString(PROXY_USER) == null && config.getPassword(PROXY_PASSWORD) != null) {
      report.error(PROXY_PASSWORD, "is of no use without " + PROXY_USER);
    }
    FalTls.check(config, report);
  }

  /**
   * Says which of these cannot be reached, or that the proxy cannot; waits for a few seconds at
   * most for each.
   *
   * @param urlKeys the keys of the base URLs in question
   */
  public void checkConnection(ConfigReport report, String... urlKeys) {
    try (FalHttp http = new FalHttp(settings(), "fal-connection-check", 1)) {
      for (String key : urlKeys) {
        Exception failure = failure(http, key);
        if (failure != null && isOfTheProxy(failure)) {
          cannotBeReached(report, PROXY_URL, failure);
          return;
        }
        if (failure != null) {
          cannotBeReached(report, key, failure);
        }
      }
    } catch (RuntimeException e) {
      cannotBeReached(report, urlKeys[0], e);
    }
  }

  /** What keeps a URL from being reached; null for nothing. */
  private Exception failure(FalHttp http, String urlKey) {
    try {
      http.reach(HttpUrl.get(config.getString(urlKey)), CHECK);
      return null;
    } catch (IOException | RuntimeException e) {
      return e;
    }
  }

  /** Where there is a proxy, nothing else is looked up and connected to. */
  private boolean isOfTheProxy(Exception failure) {
    return config.getString(PROXY_URL) != null
        && (failure instanceof ConnectException
            || failure instanceof NoRouteToHostException
            || failure instanceof UnknownHostException);
  }

  private static void cannotBeReached(ConfigReport report, String key, Exception e) {
    report.error(key, "cannot be reached: " + e.getClass().getSimpleName() + ": " + e.getMessage());
  }

  private FalSettings.ProxySettings proxy() {
    String text = config.getString(PROXY_URL);
    if (text == null) {
      return null;
    }
    HttpUrl url = HttpUrl.get(text);
    return new FalSettings.ProxySettings(
        InetSocketAddress.createUnresolved(url.host(), url.port()),
        config.getString(PROXY_USER),
        password(PROXY_PASSWORD));
  }

  private String password(String key) {
    Password password = config.getPassword(key);
    return password == null ? null : password.value();
  }
}
