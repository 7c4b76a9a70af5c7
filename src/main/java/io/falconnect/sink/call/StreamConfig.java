// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.call;

import com.fasterxml.jackson.core.JsonPointer;
import io.falconnect.connect.ConnectionConfig;
import io.falconnect.connect.KeyGroup;
import io.falconnect.connect.Validators;
import io.falconnect.fal.call.AnswerRules;
import io.falconnect.fal.http.FalHost;
import io.falconnect.sink.input.InputConfig;
import java.time.Duration;
import java.util.Map;
import okhttp3.HttpUrl;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;

/** Streams of outputs: the keys {@code stream.*}. Immutable. */
public final class StreamConfig extends CallConfig {
  private static final String PATH = "stream.path";
  private static final String MAX_IN_FLIGHT = "stream.max.in.flight";

  private static final String RESPONSE_TIMEOUT = "stream.response.timeout.ms";
  private static final String ERROR_FIELD = "stream.error.field";

  private final HttpUrl url;
  private final AnswerRules answerRules;
  private final int maxUncommitted;

  /** Reads a parsed configuration whose definition has {@link #define}. */
  public StreamConfig(AbstractConfig config, InputConfig input) {
    super(config, input, MAX_IN_FLIGHT);
    this.url = input.endpoint().at(new ConnectionConfig(config).runUrl(), config.getString(PATH));
    String errorField = config.getString(ERROR_FIELD);
    this.answerRules =
        AnswerRules.stream(
            Duration.ofMillis(config.getInt(RESPONSE_TIMEOUT)),
            limits().idleTimeout(),
            errorField.isEmpty() ? null : JsonPointer.compile(errorField));
    this.maxUncommitted = input.maxUncommitted();
  }

  /** Adds the keys to a definition. */
  public static void define(ConfigDef definition) {
    new KeyGroup(definition, "stream")
        .key(PATH, Type.STRING)
        .defaultsTo("/stream")
        .validatedBy(Validators.PATH)
        .low()
        .describe(
            "Path",
            "The path of the streaming endpoint below the endpoint id. It is not added to an id that already ends in it.")
        .key(MAX_IN_FLIGHT, Type.INT)
        .defaultsTo(4)
        .validatedBy(ConfigDef.Range.between(1, 1_000))
        .describe(
            "Most inputs in flight",
            "The most streams of a task at the same time. Inputs with the same key are streamed one after the other.")
        .key(RESPONSE_TIMEOUT, Type.INT)
        .defaultsTo(600_000)
        .validatedBy(ConfigDef.Range.between(100, Validators.DAY_MS))
        .describe(
            "Response timeout",
            "How long fal may take until the first byte of its answer, in milliseconds. A cold model may say nothing for minutes. Posting again costs a second time. From the first byte on, fal.idle.timeout.ms counts.")
        .key(ERROR_FIELD, Type.STRING)
        .defaultsTo("/error")
        .validatedBy(Validators.POINTER)
        .low()
        .describe(
            "Error field",
            "JSON pointer to the error of an output. The input fails if the value is there and is not null, false or empty. An output with the type 'error' fails the input in any case. If the key is empty, only the type counts.");
  }

  @Override
  public FalHost host() {
    return FalHost.RUN;
  }

  @Override
  public HttpUrl url() {
    return url;
  }

  @Override
  public AnswerRules answerRules() {
    return answerRules;
  }

  @Override
  public Map<String, String> headers() {
    return Map.of();
  }

  /** The most inputs that may be started and not committed. */
  int maxUncommitted() {
    return Math.max(maxInFlight(), maxUncommitted);
  }
}
