// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.config;

import io.falconnect.fal.Backoff;
import io.falconnect.fal.EndpointId;
import io.falconnect.fal.FalCredentials;
import io.falconnect.fal.FalHttp;
import io.falconnect.fal.FalSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import okhttp3.HttpUrl;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.types.Password;

/** The keys of {@code fal.*}: their definitions, and their values out of a connector's config. */
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

  private static final String FAL = "reaching fal";
  private static final Duration CHECK = Duration.ofSeconds(4);
  private static final int DAY_MS = 24 * 60 * 60 * 1000;

  private final AbstractConfig config;

  /** Reads the keys out of a parsed config whose definition has {@link #addTo}. */
  public FalConfig(AbstractConfig config) {
    this.config = config;
  }

  /** Adds the keys to a definition. */
  public static ConfigDef addTo(ConfigDef def) {
    addServer(def);
    addPatience(def);
    addProxy(def);
    return FalTls.addTo(def);
  }

  private static void addServer(ConfigDef def) {
    def.define(
            API_KEY,
            Type.PASSWORD,
            null,
            Validators.API_KEY,
            Importance.HIGH,
            "The key of the fal account, sent as 'Authorization: Key …'. Use a config provider rather than the key itself. May be absent for public models.",
            FAL,
            1,
            Width.LONG,
            "API key")
        .define(
            ENDPOINT_ID,
            Type.STRING,
            null,
            Validators.ENDPOINT_ID,
            Importance.HIGH,
            "The endpoint id, "
                + EndpointId.SHAPE
                + ". For the status source it is the default for control records that name none.",
            FAL,
            2,
            Width.LONG,
            "Endpoint id")
        .define(
            QUEUE_URL,
            Type.STRING,
            "https://queue.fal.run",
            Validators.BASE_URL,
            Importance.LOW,
            "Base URL of fal's queue. Only the hosts configured here are ever contacted.",
            FAL,
            3,
            Width.LONG,
            "Queue URL")
        .define(
            RUN_URL,
            Type.STRING,
            "https://fal.run",
            Validators.BASE_URL,
            Importance.LOW,
            "Base URL of fal's synchronous, streaming and realtime endpoints; the WebSocket URL is derived from it.",
            FAL,
            4,
            Width.LONG,
            "Run URL")
        .define(
            REST_URL,
            Type.STRING,
            "https://rest.fal.ai",
            Validators.BASE_URL,
            Importance.LOW,
            "Base URL of fal's REST API, where short-lived tokens are minted.",
            FAL,
            5,
            Width.LONG,
            "REST URL")
        .define(
            CONNECTION_CHECK,
            Type.BOOLEAN,
            true,
            Importance.LOW,
            "Whether validating the configuration tries to reach the Kafka cluster and fal, for a few seconds at most. No key is sent to fal for it.",
            FAL,
            6,
            Width.SHORT,
            "Check connections");
  }

  private static void addPatience(ConfigDef def) {
    def.define(
            CONNECT_TIMEOUT,
            Type.INT,
            10_000,
            ConfigDef.Range.between(1, DAY_MS),
            Importance.LOW,
            "How long connecting to fal may take, in milliseconds.",
            FAL,
            7,
            Width.SHORT,
            "Connect timeout")
        .define(
            IDLE_TIMEOUT,
            Type.INT,
            60_000,
            ConfigDef.Range.between(100, DAY_MS),
            Importance.MEDIUM,
            "Silence, in milliseconds, after which a stream or session counts as dead and is reopened. fal sends a comment about every 15 seconds.",
            FAL,
            8,
            Width.SHORT,
            "Idle timeout")
        .define(
            RETRY_BACKOFF,
            Type.LONG,
            500L,
            ConfigDef.Range.between(1, DAY_MS),
            Importance.LOW,
            "The wait before the first retry, in milliseconds. It doubles with every failure in a row, with jitter. fal's Retry-After wins.",
            FAL,
            9,
            Width.SHORT,
            "Retry backoff")
        .define(
            RETRY_BACKOFF_MAX,
            Type.LONG,
            30_000L,
            ConfigDef.Range.between(1, DAY_MS),
            Importance.LOW,
            "The longest wait between retries, in milliseconds.",
            FAL,
            10,
            Width.SHORT,
            "Longest retry backoff")
        .define(
            RETRY_TIMEOUT,
            Type.LONG,
            600_000L,
            ConfigDef.Range.atLeast(-1),
            Importance.MEDIUM,
            "Give up on one watch or input that has been failing without a break for this long, in milliseconds; -1 never. A healthy stream that says nothing new is not failing.",
            FAL,
            11,
            Width.SHORT,
            "Retry timeout");
  }

  private static void addProxy(ConfigDef def) {
    def.define(
            PROXY_URL,
            Type.STRING,
            null,
            Validators.PROXY_URL,
            Importance.LOW,
            "The HTTP proxy to reach fal through, like http://proxy:3128, without credentials.",
            FAL,
            12,
            Width.LONG,
            "Proxy URL")
        .define(
            PROXY_USER,
            Type.STRING,
            null,
            Importance.LOW,
            "The user to be at the proxy, with Basic authentication.",
            FAL,
            13,
            Width.MEDIUM,
            "Proxy user")
        .define(
            PROXY_PASSWORD,
            Type.PASSWORD,
            null,
            Importance.LOW,
            "The proxy user's password.",
            FAL,
            14,
            Width.MEDIUM,
            "Proxy password");
  }

  /** Where fal is and how to reach it. */
  public FalSettings settings() {
    return new FalSettings(
        FalCredentials.ofKey(password(API_KEY)),
        HttpUrl.get(config.getString(QUEUE_URL)),
        Duration.ofMillis(config.getInt(CONNECT_TIMEOUT)),
        Duration.ofMillis(config.getInt(IDLE_TIMEOUT)),
        proxy(),
        FalTls.settings(config));
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

  /** How long something may fail without a break; empty for ever. */
  public Optional<Duration> retryTimeout() {
    long millis = config.getLong(RETRY_TIMEOUT);
    return millis < 0 ? Optional.empty() : Optional.of(Duration.ofMillis(millis));
  }

  /** Says what is wrong between the keys. */
  public void check(ConfigReport report) {
    if (config.getLong(RETRY_BACKOFF_MAX) < config.getLong(RETRY_BACKOFF)) {
      report.error(RETRY_BACKOFF_MAX, "is less than " + RETRY_BACKOFF);
    }
    if (config.getString(PROXY_URL) == null && config.getString(PROXY_USER) != null) {
      report.error(PROXY_USER, "is of no use without " + PROXY_URL);
    }
    if (config.getString(PROXY_USER) == null && config.getPassword(PROXY_PASSWORD) != null) {
      report.error(PROXY_PASSWORD, "is of no use without " + PROXY_USER);
    }
    try {
      FalTls.settings(config);
    } catch (KafkaException e) {
      report.error(FalTls.FIRST_KEY, "the fal.ssl.* settings cannot be used: " + e.getMessage());
    }
  }

  /** Says whether fal cannot be reached; waits for a few seconds at most. */
  public void checkConnection(ConfigReport report) {
    try (FalHttp http = new FalHttp(settings(), "fal-connection-check", 1)) {
      http.reach(HttpUrl.get(config.getString(QUEUE_URL)), CHECK);
    } catch (IOException e) {
      report.error(
          QUEUE_URL, "cannot be reached: " + e.getClass().getSimpleName() + ": " + e.getMessage());
    }
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
