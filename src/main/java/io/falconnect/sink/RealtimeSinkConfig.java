// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import com.fasterxml.jackson.core.JsonPointer;
import io.falconnect.connect.ConnectionConfig;
import io.falconnect.fal.realtime.RealtimeEncoding;
import io.falconnect.fal.realtime.RealtimeTarget;
import io.falconnect.sink.realtime.CompletionRule;
import io.falconnect.sink.result.OutputKeys;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Configuration of the realtime sink, of the connector as of its tasks. */
public final class RealtimeSinkConfig extends SinkConfig {
  static final String PATH = "realtime.path";
  static final String ENCODING = "realtime.encoding";
  static final String AUTH = "realtime.auth";
  static final String TOKEN_EXPIRATION = "realtime.token.expiration.s";
  static final String MAX_BUFFERING = "realtime.max.buffering";
  static final String MAX_IN_FLIGHT = "realtime.max.in.flight";
  static final String CONNECTIONS = "realtime.connections";
  static final String COMPLETION = "realtime.completion";
  static final String COMPLETION_QUIET = "realtime.completion.quiet.ms";
  static final String COMPLETION_FIELD = "realtime.completion.field";
  static final String COMPLETION_VALUE = "realtime.completion.value";
  static final String RESULT_TIMEOUT = "realtime.result.timeout.ms";
  static final String MAX_ATTEMPTS = "realtime.max.attempts";
  static final String SESSION_IDLE = "realtime.session.idle.ms";

  /** What an app of fal's server framework buffers where it is not told otherwise. */
  static final int USUAL_BUFFERING = 2;

  /**
   * Parses a connector's or a task's properties.
   *
   * @throws org.apache.kafka.common.config.ConfigException naming the key that is wrong
   */
  public RealtimeSinkConfig(Map<String, String> props) {
    super(RealtimeSinkDefinition.definition(), OutputKeys.RESULT, props);
  }

  /** Tokens are minted only where there is a key to mint them with. */
  @Override
  String[] contacted() {
    boolean mints = tokenLife().isPresent() && fal().connection().credentials().present();
    return mints
        ? new String[] {ConnectionConfig.RUN_URL, ConnectionConfig.REST_URL}
        : new String[] {ConnectionConfig.RUN_URL};
  }

  /** Where sessions are opened, and how. */
  public RealtimeTarget target() {
    return new RealtimeTarget(endpoint(), getString(PATH), encoding(), maxBuffering(), tokenLife());
  }

  public RealtimeEncoding encoding() {
    return RealtimeEncoding.valueOf(getString(ENCODING).toUpperCase(Locale.ROOT));
  }

  /** How long a token is good for; empty where sessions are opened with the key itself. */
  public Optional<Duration> tokenLife() {
    return getString(AUTH).equals("key")
        ? Optional.empty()
        : Optional.of(Duration.ofSeconds(getInt(TOKEN_EXPIRATION)));
  }

  /** How many inputs fal is asked to buffer, if it is asked. */
  OptionalInt maxBuffering() {
    Integer max = getInt(MAX_BUFFERING);
    return max == null ? OptionalInt.empty() : OptionalInt.of(max);
  }

  /** The most unanswered inputs on one session. */
  public int maxInFlight() {
    Integer max = getInt(MAX_IN_FLIGHT);
    return max == null ? maxBuffering().orElse(USUAL_BUFFERING) : max;
  }

  /** Sessions of a task. */
  int connections() {
    return getInt(CONNECTIONS);
  }

  public CompletionRule completion() {
    String field = getString(COMPLETION_FIELD);
    return new CompletionRule(
        CompletionRule.Mode.valueOf(getString(COMPLETION).toUpperCase(Locale.ROOT)),
        Duration.ofMillis(getLong(COMPLETION_QUIET)),
        field == null ? null : JsonPointer.compile(field),
        getString(COMPLETION_VALUE));
  }

  /** No completion by then is a failed attempt. */
  public Duration resultTimeout() {
    return Duration.ofMillis(getLong(RESULT_TIMEOUT));
  }

  public int maxAttempts() {
    return getInt(MAX_ATTEMPTS);
  }

  /** A session with nothing to send for so long is closed. */
  public Duration sessionIdle() {
    return Duration.ofMillis(getLong(SESSION_IDLE));
  }
}
