// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import io.falconnect.connect.KeyGroup;
import io.falconnect.connect.RetryConfig;
import io.falconnect.connect.ValidationReport;
import io.falconnect.connect.Validators;
import io.falconnect.fal.failure.Backoff;
import io.falconnect.fal.realtime.RealtimeEncoding;
import io.falconnect.fal.realtime.RealtimeTarget;
import io.falconnect.sink.input.InputConfig;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Realtime sessions and how inputs use them: the keys {@code realtime.*}. Immutable. */
public final class RealtimeConfig {
  private static final String MAX_IN_FLIGHT = "realtime.max.in.flight";
  private static final String CONNECTIONS = "realtime.connections";
  private static final String RESULT_TIMEOUT = "realtime.result.timeout.ms";
  private static final String FIRST_RESULT_TIMEOUT = "realtime.first.result.timeout.ms";
  private static final String MAX_ATTEMPTS = "realtime.max.attempts";
  private static final String SESSION_IDLE = "realtime.session.idle.ms";

  private static final Logger LOG = LoggerFactory.getLogger(RealtimeConfig.class);

  private final AbstractConfig config;
  private final FrameConfig frames;
  private final TargetConfig target;
  private final CompletionConfig completion;
  private final InputConfig input;
  private final OptionalInt maxInFlight;
  private final int maxAttempts;
  private final Duration resultTimeout;
  private final Duration firstResultTimeout;
  private final Duration sessionIdle;
  private final Backoff backoff;
  private final Optional<Duration> retryTimeout;
  private final boolean tolerant;

  /** Reads a parsed configuration whose definition has {@link #define}. */
  public RealtimeConfig(AbstractConfig config, InputConfig input) {
    RetryConfig retry = new RetryConfig(config);
    this.config = config;
    this.input = input;
    this.frames = new FrameConfig(config);
    this.resultTimeout = Duration.ofMillis(config.getLong(RESULT_TIMEOUT));
    Duration first = Duration.ofMillis(config.getLong(FIRST_RESULT_TIMEOUT));
    this.firstResultTimeout = first.compareTo(resultTimeout) < 0 ? resultTimeout : first;
    this.target = new TargetConfig(config, input.endpoint(), frames, firstResultTimeout);
    this.completion = new CompletionConfig(config);
    Integer max = config.getInt(MAX_IN_FLIGHT);
    this.maxInFlight = max == null ? OptionalInt.empty() : OptionalInt.of(max);
    this.maxAttempts = config.getInt(MAX_ATTEMPTS);
    this.sessionIdle = Duration.ofMillis(config.getLong(SESSION_IDLE));
    this.backoff = retry.backoff();
    this.retryTimeout = retry.timeout();
    this.tolerant = input.task().toleratesErrors();
  }

  /** Adds the keys to a definition. */
  public static void define(ConfigDef definition) {
    KeyGroup group = new KeyGroup(definition, "realtime");
    TargetConfig.define(group);
    FrameConfig.define(group);
    defineSessions(group);
    defineFlow(group);
    defineAttempts(group);
    CompletionConfig.define(group);
  }

  private static void defineSessions(KeyGroup group) {
    group
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
        .key(MAX_IN_FLIGHT, Type.INT)
        .validatedBy(ConfigDef.Range.atLeast(1))
        .describe(
            "Most inputs in flight",
            "The most unanswered inputs of one session. fal loses inputs beyond what the app buffers, without an error. If the app does not echo request ids, more than one can get each other's outputs. Default: 1 until the app has echoed an id, then "
                + TargetConfig.MAX_BUFFERING
                + " if it is set, else "
                + TargetConfig.DEFAULT_BUFFERING
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
        .key(FIRST_RESULT_TIMEOUT, Type.LONG)
        .defaultsTo(120_000L)
        .validatedBy(ConfigDef.Range.between(1, Validators.DAY_MS))
        .describe(
            "First result timeout",
            "The same for the first input of a session, if it is more: fal may have to start a runner for it. A session may also take this long to open.")
        .key(MAX_ATTEMPTS, Type.INT)
        .defaultsTo(3)
        .validatedBy(ConfigDef.Range.atLeast(1))
        .describe(
            "Most attempts",
            "How often an input is tried. Then the task fails; with errors.tolerance=all, the input goes to the dead letter queue and an error record to the result topic.");
  }

  /** Where sessions are opened, and how. */
  public RealtimeTarget target() {
    return target.target();
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
  SessionWindow window() {
    return SessionWindow.of(completion.rule().mode(), maxInFlight, target.buffering());
  }

  /** The most inputs that may be sent and not committed: after a crash they are sent again. */
  int maxUncommitted() {
    return input.maxUncommitted();
  }

  /** How often an input may fail. */
  int maxAttempts() {
    return maxAttempts;
  }

  /** The same for the first input of a session; at least {@link #resultTimeout}. */
  Duration firstResultTimeout() {
    return firstResultTimeout;
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

  /** Whether the task waits while fal refuses the account, instead of failing. */
  boolean toleratesErrors() {
    return tolerant;
  }

  /** Whether sessions are opened with minted tokens, so that a new one may help. */
  public boolean mintsTokens() {
    return target.mintsTokens();
  }

  /** The encoding of the inputs that is set; empty if it is to be found out. */
  public Optional<RealtimeEncoding> encoding() {
    return frames.encoding();
  }

  /** Whether every input is sent with a request id. */
  public boolean sendsRequestIds() {
    return frames.sendsRequestIds();
  }

  /** What may be wrong when a session ends before fal ever answered. */
  String neverAnsweredHint() {
    return frames.neverAnsweredHint();
  }

  /** Reports values that do not go together, and warns of those that lose inputs. */
  public void check(ValidationReport report) {
    completion.check(report);
    if (maxInFlight.orElse(1) > target.buffering()) {
      LOG.warn(
          "{} of {} is {}, but fal buffers {} inputs{}: those beyond it are lost by fal silently,"
              + " and sent again only after {}",
          MAX_IN_FLIGHT,
          input.task().connectorName(),
          maxInFlight.getAsInt(),
          target.buffering(),
          target.isBufferingSet() ? "" : " where " + TargetConfig.MAX_BUFFERING + " is not set",
          RESULT_TIMEOUT);
    }
  }
}
