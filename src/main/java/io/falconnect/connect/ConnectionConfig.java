// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import io.falconnect.fal.EndpointId;
import io.falconnect.fal.http.FalCredentials;
import io.falconnect.fal.http.FalHost;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import okhttp3.HttpUrl;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.types.Password;

/** Which account, endpoint and hosts of fal, and how long a connection may be silent. */
public final class ConnectionConfig {
  public static final String ENDPOINT_ID = "fal.endpoint.id";
  public static final String QUEUE_URL = "fal.queue.url";
  public static final String RUN_URL = "fal.run.url";
  public static final String REST_URL = "fal.rest.url";
  static final String API_KEY = "fal.api.key";
  private static final String CHECK = "fal.connection.check";
  private static final String CONNECT_TIMEOUT = "fal.connect.timeout.ms";
  private static final String IDLE_TIMEOUT = "fal.idle.timeout.ms";

  private static final String SPARE_HOSTS =
      "May be a list: the next host is used only for a request for which no connection to the one before could be made. The connector contacts no other hosts.";

  private final AbstractConfig config;

  /** Reads a parsed configuration whose definition has {@link FalConfig#define}. */
  public ConnectionConfig(AbstractConfig config) {
    this.config = config;
  }

  static void define(ConfigDef definition) {
    KeyGroup group = new KeyGroup(definition, FalConfig.GROUP);
    defineAccount(group);
    defineHosts(group);
    defineTimeouts(group);
  }

  private static void defineAccount(KeyGroup group) {
    group
        .key(API_KEY, Type.PASSWORD)
        .validatedBy(Validators.API_KEY)
        .high()
        .describe(
            "API key",
            "The key of the fal account, sent as 'Authorization: Key …'. Use a config provider instead of the key itself. Public models need no key.")
        .key(ENDPOINT_ID, Type.STRING)
        .validatedBy(Validators.ENDPOINT_ID)
        .high()
        .wide()
        .describe(
            "Endpoint id",
            "The endpoint id, "
                + EndpointId.SHAPE
                + ". The sinks require it. For the status source it is the default for control records without an endpoint.");
  }

  private static void defineHosts(KeyGroup group) {
    group
        .key(QUEUE_URL, Type.LIST)
        .defaultsTo("https://queue.fal.run")
        .validatedBy(Validators.BASE_URLS)
        .low()
        .describe("Queue URL", "Base URL of fal's queue. " + SPARE_HOSTS)
        .key(RUN_URL, Type.LIST)
        .defaultsTo("https://fal.run")
        .validatedBy(Validators.BASE_URLS)
        .low()
        .describe(
            "Run URL",
            "Base URL of fal's synchronous, streaming and realtime endpoints. The WebSocket URL is derived from it. "
                + SPARE_HOSTS)
        .key(REST_URL, Type.LIST)
        .defaultsTo("https://rest.fal.ai")
        .validatedBy(Validators.BASE_URLS)
        .low()
        .describe("REST URL", "Base URL of fal's REST API, which creates short-lived tokens.")
        .key(CHECK, Type.BOOLEAN)
        .defaultsTo(true)
        .low()
        .describe(
            "Check connections",
            "Whether the validation of a configuration also connects to the Kafka cluster and to fal, for some seconds at most. fal is asked about a request that does not exist. This check sends no key to fal.");
  }

  private static void defineTimeouts(KeyGroup group) {
    group
        .key(CONNECT_TIMEOUT, Type.INT)
        .defaultsTo(10_000)
        .validatedBy(ConfigDef.Range.between(1, Validators.DAY_MS))
        .low()
        .describe("Connect timeout", "How long connecting to fal may take, in milliseconds.")
        .key(IDLE_TIMEOUT, Type.INT)
        .defaultsTo(60_000)
        .validatedBy(ConfigDef.Range.between(100, Validators.DAY_MS))
        .describe(
            "Idle timeout",
            "A stream or session that is silent for this long, in milliseconds, counts as dead and is opened again. fal sends a comment about every 15 seconds.");
  }

  /** The account's key, or {@link FalCredentials#NONE}. */
  public FalCredentials credentials() {
    return FalCredentials.ofKey(apiKey());
  }

  /** Base URL of the queue. */
  public HttpUrl queueUrl() {
    return url(QUEUE_URL);
  }

  /** Base URL of the queue, and those of its spare hosts. */
  public List<HttpUrl> queueUrls() {
    return urls(QUEUE_URL);
  }

  /** Base URL of synchronous, streaming and realtime endpoints. */
  public HttpUrl runUrl() {
    return url(RUN_URL);
  }

  /** Base URL of the REST API, where tokens are minted. */
  HttpUrl restUrl() {
    return url(REST_URL);
  }

  /**
   * The first URL that a key holds.
   *
   * @param key one of the keys of this class for URLs
   */
  HttpUrl url(String key) {
    return urls(key).get(0);
  }

  /** Which of fal's hosts a key for URLs is about. */
  static FalHost hostOf(String key) {
    return switch (key) {
      case QUEUE_URL -> FalHost.QUEUE;
      case RUN_URL -> FalHost.RUN;
      default -> FalHost.REST;
    };
  }

  /** All URLs that a key holds: the one that is used, and its spare hosts. */
  List<HttpUrl> urls(String key) {
    return config.getList(key).stream().map(HttpUrl::get).toList();
  }

  /** The default endpoint, if there is one. */
  public Optional<EndpointId> endpoint() {
    return Optional.ofNullable(config.getString(ENDPOINT_ID)).map(EndpointId::parse);
  }

  /** Whether validation uses the network. */
  public boolean isChecked() {
    return config.getBoolean(CHECK);
  }

  Duration connectTimeout() {
    return Duration.ofMillis(config.getInt(CONNECT_TIMEOUT));
  }

  /** Silence after which a stream or session counts as dead. */
  public Duration idleTimeout() {
    return Duration.ofMillis(config.getInt(IDLE_TIMEOUT));
  }

  private String apiKey() {
    Password password = config.getPassword(API_KEY);
    return password == null ? null : password.value();
  }
}
