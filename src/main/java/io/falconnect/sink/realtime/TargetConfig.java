// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import io.falconnect.connect.ConnectionConfig;
import io.falconnect.connect.KeyGroup;
import io.falconnect.connect.Validators;
import io.falconnect.fal.EndpointId;
import io.falconnect.fal.realtime.RealtimeTarget;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;

/** Where realtime sessions are opened, and how: the first of the keys {@code realtime.*}. */
final class TargetConfig {
  static final String MAX_BUFFERING = "realtime.max.buffering";

  /** What an app of fal's server framework buffers by default. */
  static final int DEFAULT_BUFFERING = 2;

  private static final String PATH = "realtime.path";
  private static final String AUTH = "realtime.auth";
  private static final String TOKEN_EXPIRATION = "realtime.token.expiration.s";

  private final RealtimeTarget target;
  private final boolean mintsTokens;

  TargetConfig(AbstractConfig config, EndpointId endpoint, FrameConfig frames) {
    Integer max = config.getInt(MAX_BUFFERING);
    this.target =
        new RealtimeTarget(
            endpoint,
            config.getString(PATH),
            max == null ? OptionalInt.empty() : OptionalInt.of(max),
            tokenLife(config),
            frames.ignored());
    this.mintsTokens =
        target.tokenLife().isPresent() && new ConnectionConfig(config).credentials().isPresent();
  }

  private static Optional<Duration> tokenLife(AbstractConfig config) {
    return config.getString(AUTH).equals("key")
        ? Optional.empty()
        : Optional.of(Duration.ofSeconds(config.getInt(TOKEN_EXPIRATION)));
  }

  static void define(KeyGroup group) {
    defineOpening(group);
    group
        .key(MAX_BUFFERING, Type.INT)
        .validatedBy(ConfigDef.Range.between(1, 60))
        .describe(
            "Buffering",
            "How many inputs fal is asked to buffer for a session. By default the app decides, usually 2.");
  }

  private static void defineOpening(KeyGroup group) {
    group
        .key(PATH, Type.STRING)
        .defaultsTo("/realtime")
        .validatedBy(Validators.PATH)
        .low()
        .describe(
            "Path",
            "The path of the realtime endpoint below the endpoint id. It is not added to an id that already ends in it.")
        .key(AUTH, Type.STRING)
        .defaultsTo("jwt")
        .oneOf("jwt", "key")
        .describe(
            "Authentication",
            "How a session is opened if there is an API key: 'jwt' with a short-lived token that fal mints for the key, 'key' with the key itself in a header.")
        .key(TOKEN_EXPIRATION, Type.INT)
        .defaultsTo(120)
        .validatedBy(ConfigDef.Range.between(1, Validators.DAY_MS / 1000))
        .low()
        .describe(
            "Token expiration",
            "How long a token is valid, in seconds. It is needed only while a session is being opened.");
  }

  RealtimeTarget target() {
    return target;
  }

  /** Whether sessions are opened with minted tokens, so that a new one may help. */
  boolean mintsTokens() {
    return mintsTokens;
  }

  /** How many inputs the app buffers for a session. */
  int buffering() {
    return target.maxBuffering().orElse(DEFAULT_BUFFERING);
  }

  boolean isBufferingSet() {
    return target.maxBuffering().isPresent();
  }
}
