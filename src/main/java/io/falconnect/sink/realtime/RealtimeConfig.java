// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import io.falconnect.connect.ConnectionConfig;
import io.falconnect.connect.KeyGroup;
import io.falconnect.connect.RetryConfig;
import io.falconnect.connect.ValidationReport;
import io.falconnect.connect.Validators;
import io.falconnect.fal.failure.Backoff;
import io.falconnect.fal.realtime.RealtimeEncoding;
import io.falconnect.fal.realtime.RealtimeTarget;
import io.falconnect.sink.input.InputConfig;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Realtime sessions and how inputs use them: the keys {@code realtime.*}. Immutable. */
public final class RealtimeConfig {
  private static final String PATH = "realtime.path";
  private static final String ENCODING = "realtime.encoding";
  private static final String AUTH = "realtime.auth";
  private static final String TOKEN_EXPIRATION = "realtime.token.expiration.s";
  private static final String MAX_BUFFERING = "realtime.max.buffering";
  private static final String MAX_IN_FLIGHT = "realtime.max.in.flight";
  private static final String CONNECTIONS = "realtime.connections";
  private static final String RESULT_TIMEOUT = "realtime.result.timeout.ms";
  private static final String MAX_ATTEMPTS = "realtime.max.attempts";
  private static final String SESSION_IDLE = "realtime.session.idle.ms";

  /** What an app of fal's server framework buffers by default. */
  private static final int DEFAULT_BUFFERING = 2;

  private static final String MESSAGE_PACK_HINT =
      " (fal never answered: the app may understand MessagePack only, which"
          + " realtime.encoding=msgpack sends)";

  private static final Logger LOG = LoggerFactory.getLogger(RealtimeConfig.class);

  private final AbstractConfig config;
  private final RealtimeTarget target;
  private final CompletionConfig completion;
  private final InputConfig input;
  private final int maxInFlight;
  private final int maxAttempts;
  private final Duration resultTimeout;
  private final Duration sessionIdle;
  private final Backoff backoff;
  private final Optional<Duration> retryTimeout;
  private final boolean tolerant;
  private final boolean mintsTokens;

  /** Reads a parsed configuration whose definition has {@link #define}. */
  public RealtimeConfig(AbstractConfig config, InputConfig input) {
    RetryConfig retry = new RetryConfig(config);
    this.config = config;
    this.input = input;
    this.target =
        new RealtimeTarget(
            input.endpoint(),
            config.getString(PATH),
            RealtimeEncoding.valueOf(config.getString(ENCODING).toUpperCase(Locale.ROOT)),
            optional(config.getInt(MAX_BUFFERING)),
            tokenLife(config));
    this.completion = new CompletionConfig(config);
    this.maxInFlight = optional(config.getInt(MAX_IN_FLIGHT)).orElse(buffering());
    this.maxAttempts = config.getInt(MAX_ATTEMPTS);
    this.resultTimeout = Duration.ofMillis(config.getLong(RESULT_TIMEOUT));
    this.sessionIdle = Duration.ofMillis(config.getLong(SESSION_IDLE));
    this.backoff = retry.backoff();
    this.retryTimeout = retry.timeout();
    this.tolerant = input.task().toleratesErrors();
    this.mintsTokens =
        target.tokenLife().isPresent() && new ConnectionConfig(config).credentials().isPresent();
  }

  private static OptionalInt optional(Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  private static Optional<Duration> tokenLife(AbstractConfig config) {
    return config.getString(AUTH).equals("key")
        ? Optional.empty()
        : Optional.of(Duration.ofSeconds(config.getInt(TOKEN_EXPIRATION)));
  }

  /** Adds the keys to a definition. */
  public static void define(ConfigDef definition) {
    KeyGroup group = new KeyGroup(definition, "realtime");
    defineSession(group);
    defineFlow(group);
    defineAttempts(group);
    CompletionConfig.define(group);
  }

  private static void defineSession(KeyGroup group) {
    group
        .key(PATH, Type.STRING)
        .defaultsTo("/realtime")
        .validatedBy(Validators.PATH)
        .low()
        .describe(
            "Path",
            "The path of the realtime endpoint below the endpoint id. It is not added to an id that already ends in it.")
        .key(ENCODING, Type.STRING)
        .defaultsTo("json")
        .oneOf("json", "msgpack")
        .describe(
            "Encoding",
            "How inputs are sent: 'json' in text frames, 'msgpack' (MessagePack) in binary frames. Many apps read only binary frames. The connector reads both.")
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
            "How long a token is valid, in seconds. It is needed only while a session is being opened.")
        .key(SESSION_IDLE, Type.LONG)
        .defaultsTo(10_000L)
        .validatedBy(ConfigDef.Range.between(1, Validators.DAY_MS))
        .low()
        .describe(
            "Session idle time",
            "A session without inputs for this long, in milliseconds, is closed. The next input opens a new one.");
  }

  private static void defineFlow(KeyGroup group) {
    group
        .key(MAX_BUFFERING, Type.INT)
        .validatedBy(ConfigDef.Range.between(1, 60))
        .describe(
            "Buffering",
            "How many inputs fal is asked to buffer for a session. By default the app decides, usually 2.")
        .key(MAX_IN_FLIGHT, Type.INT)
        .validatedBy(ConfigDef.Range.atLeast(1))
        .describe(
            "Most inputs in flight",
            "The most unanswered inputs of one session. fal loses inputs beyond what the app buffers, without an error. Default: "
                + MAX_BUFFERING
                + " if it is set, else "
                + DEFAULT_BUFFERING
                + ".")
        .key(CONNECTIONS, Type.INT)
        .defaultsTo(1)
        .validatedBy(ConfigDef.Range.between(1, 1_000))
        .describe(
            "Sessions",
            "Sessions of a task. Inputs with the same key use the same session. Default accounts of fal may have one session at a time.");
  }

  private static void defineAttempts(KeyGroup group) {
    group
        .key(RESULT_TIMEOUT, Type.LONG)
        .defaultsTo(30_000L)
        .validatedBy(ConfigDef.Range.between(1, Validators.DAY_MS))
        .describe(
            "Result timeout",
            "An input that is not done after this time, in milliseconds, counts as a failed attempt.")
        .key(MAX_ATTEMPTS, Type.INT)
        .defaultsTo(3)
        .validatedBy(ConfigDef.Range.atLeast(1))
        .describe(
            "Most attempts",
            "How often an input is tried. Then the task fails; with errors.tolerance=all, the input goes to the dead letter queue and an error record to the result topic.");
  }

  /** Where sessions are opened, and how. */
  public RealtimeTarget target() {
    return target;
  }

  /** Sessions of a task. */
  public int connections() {
    return config.getInt(CONNECTIONS);
  }

  /** When an input is done. */
  CompletionRule completionRule() {
    return completion.rule();
  }

  /** Whether an input is done as soon as it is sent. */
  public boolean sendsOnly() {
    return completion.rule().mode() == CompletionRule.Mode.SENT;
  }

  /** The most unanswered inputs on one session. */
  int maxInFlight() {
    return maxInFlight;
  }

  /** How often an input may fail. */
  int maxAttempts() {
    return maxAttempts;
  }

  /**
   * How often in a row fal may refuse a session before the refusal is final: as often as an input
   * may fail, but once where inputs are only sent, because there each refusal loses inputs.
   */
  int maxRefusals() {
    return sendsOnly() ? 1 : maxAttempts;
  }

  /** An input that is not done after this time is a failed attempt. */
  Duration resultTimeout() {
    return resultTimeout;
  }

  /** A session without inputs for this long is closed. */
  Duration idleTimeout() {
    return sessionIdle;
  }

  /** The wait between attempts to open a session. */
  Backoff backoff() {
    return backoff;
  }

  /** How long an input may fail or wait for a session; empty without a limit. */
  Optional<Duration> retryTimeout() {
    return retryTimeout;
  }

  /** Whether fal's refusal of a session is retried instead of fatal. */
  boolean toleratesErrors() {
    return tolerant;
  }

  /** Whether sessions are opened with minted tokens, so that a new one may help. */
  public boolean mintsTokens() {
    return mintsTokens;
  }

  /** What may be wrong when a session ends before fal ever answered; or null. */
  String neverAnsweredHint() {
    return target.encoding() == RealtimeEncoding.JSON ? MESSAGE_PACK_HINT : null;
  }

  private int buffering() {
    return target.maxBuffering().orElse(DEFAULT_BUFFERING);
  }

  /** Reports values that do not go together, and warns of those that lose inputs. */
  public void check(ValidationReport report) {
    completion.check(report);
    if (maxInFlight > buffering()) {
      LOG.warn(
          "{} of {} is {}, but fal buffers {} inputs{}: those beyond it are lost by fal silently,"
              + " and sent again only after {}",
          MAX_IN_FLIGHT,
          input.task().connectorName(),
          maxInFlight,
          buffering(),
          target.maxBuffering().isPresent() ? "" : " where " + MAX_BUFFERING + " is not set",
          RESULT_TIMEOUT);
    }
  }
}
