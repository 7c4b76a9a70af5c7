// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import static io.falconnect.connect.FalConfig.API_KEY;
import static io.falconnect.connect.FalConfig.CONNECTION_CHECK;
import static io.falconnect.connect.FalConfig.CONNECT_TIMEOUT;
import static io.falconnect.connect.FalConfig.ENDPOINT_ID;
import static io.falconnect.connect.FalConfig.IDLE_TIMEOUT;
import static io.falconnect.connect.FalConfig.PROXY_PASSWORD;
import static io.falconnect.connect.FalConfig.PROXY_URL;
import static io.falconnect.connect.FalConfig.PROXY_USER;
import static io.falconnect.connect.FalConfig.QUEUE_URL;
import static io.falconnect.connect.FalConfig.REST_URL;
import static io.falconnect.connect.FalConfig.RETRY_BACKOFF;
import static io.falconnect.connect.FalConfig.RETRY_BACKOFF_MAX;
import static io.falconnect.connect.FalConfig.RETRY_TIMEOUT;
import static io.falconnect.connect.FalConfig.RUN_URL;

import io.falconnect.fal.EndpointId;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;

/** What the keys of {@code fal.*} are: types, defaults, bounds, and what they mean. */
final class FalDefinition {
  private static final String FAL = "reaching fal";
  private static final int DAY_MS = 24 * 60 * 60 * 1000;

  private FalDefinition() {}

  static ConfigDef addTo(ConfigDef def) {
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
                + ". The sinks require it. For the status source it is the default for control records that name none.",
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
}
