// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.call;

import io.falconnect.connect.ConnectionConfig;
import io.falconnect.connect.KeyGroup;
import io.falconnect.connect.Validators;
import io.falconnect.fal.call.AnswerRules;
import io.falconnect.fal.http.FalHost;
import io.falconnect.sink.input.InputConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import okhttp3.HttpUrl;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.types.Password;

/** Submissions to fal's queue: the keys {@code queue.*}. */
public final class QueueConfig extends CallConfig {
  public static final String RESEND_UNKNOWN = "queue.resend.unknown";
  private static final String PRIORITY = "queue.priority";
  private static final String HINT = "queue.hint";
  private static final String START_TIMEOUT = "queue.start.timeout.s";
  private static final String MAX_LENGTH = "queue.max.length";
  private static final String WEBHOOK = "queue.webhook.url";
  private static final String NO_RETRY = "queue.no.retry";
  private static final String LIFECYCLE = "queue.object.lifecycle";
  private static final String MAX_IN_FLIGHT = "queue.max.in.flight";

  private static final int DAY_S = Validators.DAY_MS / 1000;

  private final AbstractConfig config;
  private final HttpUrl endpointUrl;

  /** Reads a parsed configuration whose definition has {@link #define}. */
  public QueueConfig(AbstractConfig config, InputConfig input) {
    super(config, input, MAX_IN_FLIGHT);
    this.config = config;
    this.endpointUrl = input.endpoint().at(new ConnectionConfig(config).queueUrl(), "");
  }

  /** Adds the keys to a definition. */
  public static void define(ConfigDef definition) {
    KeyGroup group = new KeyGroup(definition, "queue");
    defineScheduling(group);
    defineRequest(group);
    defineFlow(group);
  }

  private static void defineScheduling(KeyGroup group) {
    group
        .key(PRIORITY, Type.STRING)
        .oneOf("normal", "low")
        .low()
        .describe("Priority", "The priority of the requests in fal's queue. Default: fal's own.")
        .key(HINT, Type.STRING)
        .validatedBy(Validators.HEADER)
        .low()
        .describe(
            "Runner hint",
            "Which runner fal should prefer: if possible, requests with the same hint go to the same runner.")
        .key(START_TIMEOUT, Type.INT)
        .validatedBy(ConfigDef.Range.between(2, DAY_S))
        .low()
        .describe(
            "Start timeout",
            "How long a request may wait for its start, in seconds. After this time fal gives the request up.")
        .key(MAX_LENGTH, Type.INT)
        .validatedBy(ConfigDef.Range.atLeast(1))
        .low()
        .describe(
            "Longest queue",
            "fal takes no request while the queue of the endpoint is longer than this. The input is submitted again later, as after any HTTP 429. Default: no limit.");
  }

  private static void defineRequest(KeyGroup group) {
    group
        .key(WEBHOOK, Type.PASSWORD)
        .validatedBy(Validators.WEBHOOK)
        .low()
        .describe(
            "Webhook URL",
            "A URL that fal calls when a request is done. Anybody who knows it can pretend to be fal. It is therefore hidden like a password; use a config provider.")
        .key(NO_RETRY, Type.BOOLEAN)
        .defaultsTo(false)
        .low()
        .describe("No retry", "Whether fal is asked not to retry a request itself.")
        .key(LIFECYCLE, Type.STRING)
        .validatedBy(Validators.HEADER)
        .low()
        .wide()
        .describe(
            "Object lifecycle",
            "How long fal keeps the files that a request creates, in fal's own form: a JSON object such as {\"expiration_duration_seconds\": 3600}. Default: fal's own.");
  }

  private static void defineFlow(KeyGroup group) {
    group
        .key(MAX_IN_FLIGHT, Type.INT)
        .defaultsTo(16)
        .validatedBy(ConfigDef.Range.between(1, 1_000))
        .describe(
            "Most inputs in flight",
            "The most submissions of a task at the same time. Inputs with the same key are submitted one after the other.")
        .key(RESEND_UNKNOWN, Type.BOOLEAN)
        .describe(
            "Resend on unknown outcome",
            "Whether an input is submitted again when nobody knows whether fal has it: the connection broke, or fal answered 408, 500, 502, 504 or a runner's 503. Two submissions are two requests and cost twice. If false, such an input fails. Default: true with errors.tolerance=none, because a restarted task would submit that input again, and others too; false with errors.tolerance=all.");
  }

  /** Whether an input is submitted again when nobody knows whether fal has it. */
  boolean resendsUnknown() {
    Boolean wanted = config.getBoolean(RESEND_UNKNOWN);
    return wanted == null ? !tolerant() : wanted;
  }

  @Override
  public FalHost host() {
    return FalHost.QUEUE;
  }

  @Override
  public HttpUrl url() {
    HttpUrl.Builder url = endpointUrl.newBuilder();
    Password webhook = config.getPassword(WEBHOOK);
    if (webhook != null) {
      url.addQueryParameter("fal_webhook", webhook.value());
    }
    Integer maxLength = config.getInt(MAX_LENGTH);
    if (maxLength != null) {
      url.addQueryParameter("fal_max_queue_length", maxLength.toString());
    }
    return url.build();
  }

  @Override
  public AnswerRules answerRules() {
    return AnswerRules.onePiece(limits().idleTimeout());
  }

  /** The options of a submission, under the names in fal's documentation of the queue. */
  @Override
  public Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    putIfSet(headers, "Accept", "application/json");
    putIfSet(headers, "x-fal-queue-priority", config.getString(PRIORITY));
    putIfSet(headers, "x-fal-runner-hint", config.getString(HINT));
    putIfSet(headers, "x-fal-request-start-timeout", config.getInt(START_TIMEOUT));
    putIfSet(headers, "x-fal-no-retry", config.getBoolean(NO_RETRY) ? "1" : null);
    putIfSet(headers, "x-fal-object-lifecycle-preference", config.getString(LIFECYCLE));
    return headers;
  }

  private static void putIfSet(Map<String, String> headers, String name, Object value) {
    if (value != null) {
      headers.put(name, value.toString());
    }
  }
}
