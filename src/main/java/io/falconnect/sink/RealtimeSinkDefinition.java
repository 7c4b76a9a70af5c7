// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static io.falconnect.sink.RealtimeSinkConfig.AUTH;
import static io.falconnect.sink.RealtimeSinkConfig.COMPLETION;
import static io.falconnect.sink.RealtimeSinkConfig.COMPLETION_FIELD;
import static io.falconnect.sink.RealtimeSinkConfig.COMPLETION_QUIET;
import static io.falconnect.sink.RealtimeSinkConfig.COMPLETION_VALUE;
import static io.falconnect.sink.RealtimeSinkConfig.CONNECTIONS;
import static io.falconnect.sink.RealtimeSinkConfig.ENCODING;
import static io.falconnect.sink.RealtimeSinkConfig.MAX_ATTEMPTS;
import static io.falconnect.sink.RealtimeSinkConfig.MAX_BUFFERING;
import static io.falconnect.sink.RealtimeSinkConfig.MAX_IN_FLIGHT;
import static io.falconnect.sink.RealtimeSinkConfig.PATH;
import static io.falconnect.sink.RealtimeSinkConfig.RESULT_TIMEOUT;
import static io.falconnect.sink.RealtimeSinkConfig.SESSION_IDLE;
import static io.falconnect.sink.RealtimeSinkConfig.TOKEN_EXPIRATION;

import com.fasterxml.jackson.core.JsonPointer;
import io.falconnect.connect.FalConfig;
import io.falconnect.connect.Validators;
import io.falconnect.sink.result.OutputKeys;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;
import org.apache.kafka.common.config.ConfigException;

/** What the keys of the realtime sink are: types, defaults, bounds, and what they mean. */
final class RealtimeSinkDefinition {
  private static final String REALTIME = "realtime";
  private static final int DAY_MS = 24 * 60 * 60 * 1000;

  private RealtimeSinkDefinition() {}

  /** The definition of all keys a user sets. */
  static ConfigDef definition() {
    ConfigDef def = SinkDefinition.addTo(new ConfigDef());
    defineSession(def);
    defineFlow(def);
    defineCompletion(def);
    OutputDefinition.addTo(def, OutputKeys.RESULT, "result");
    return FalConfig.define(def);
  }

  private static void defineSession(ConfigDef def) {
    def.define(
            PATH,
            Type.STRING,
            "/realtime",
            Validators.PATH,
            Importance.LOW,
            "The path of the realtime endpoint below its id. An id that already ends in it gets no second one.",
            REALTIME,
            1,
            Width.MEDIUM,
            "Path")
        .define(
            ENCODING,
            Type.STRING,
            "json",
            ConfigDef.ValidString.in("json", "msgpack"),
            Importance.MEDIUM,
            "How inputs are written: 'json', text frames, or 'msgpack', MessagePack in binary frames. Many apps read binary frames only. Both are understood coming in.",
            REALTIME,
            2,
            Width.SHORT,
            "Encoding")
        .define(
            AUTH,
            Type.STRING,
            "jwt",
            ConfigDef.ValidString.in("jwt", "key"),
            Importance.MEDIUM,
            "How sessions are opened where there is a key: 'jwt', with a short-lived token that is minted with it, or 'key', with the key itself in a header.",
            REALTIME,
            3,
            Width.SHORT,
            "Authentication")
        .define(
            TOKEN_EXPIRATION,
            Type.INT,
            120,
            ConfigDef.Range.between(1, DAY_MS / 1000),
            Importance.LOW,
            "How long a minted token is good for, in seconds. It is needed while a session is being opened.",
            REALTIME,
            4,
            Width.SHORT,
            "Token expiration")
        .define(
            SESSION_IDLE,
            Type.LONG,
            10_000L,
            ConfigDef.Range.between(1, DAY_MS),
            Importance.LOW,
            "A session with nothing to send for so long, in milliseconds, is closed; it is opened again for the next input.",
            REALTIME,
            5,
            Width.SHORT,
            "Session idle time");
  }

  private static void defineFlow(ConfigDef def) {
    def.define(
            MAX_BUFFERING,
            Type.INT,
            null,
            Validators.unlessNull(ConfigDef.Range.between(1, 60)),
            Importance.MEDIUM,
            "How many inputs fal is asked to buffer for a session. Where it is not set, the app decides, usually for 2.",
            REALTIME,
            6,
            Width.SHORT,
            "Buffering")
        .define(
            MAX_IN_FLIGHT,
            Type.INT,
            null,
            Validators.unlessNull(ConfigDef.Range.atLeast(1)),
            Importance.MEDIUM,
            "The most unanswered inputs on one session. More than the app buffers is lost by fal silently. Default: "
                + MAX_BUFFERING
                + " where it is set, else 2.",
            REALTIME,
            7,
            Width.SHORT,
            "Most inputs in flight")
        .define(
            CONNECTIONS,
            Type.INT,
            1,
            ConfigDef.Range.between(1, 1_000),
            Importance.MEDIUM,
            "Sessions of a task; a key always uses the same one. Default accounts of fal may have one session at a time.",
            REALTIME,
            8,
            Width.SHORT,
            "Sessions")
        .define(
            RESULT_TIMEOUT,
            Type.LONG,
            30_000L,
            ConfigDef.Range.between(1, DAY_MS),
            Importance.MEDIUM,
            "An input that is not done by then, in milliseconds, counts as a failed attempt.",
            REALTIME,
            9,
            Width.SHORT,
            "Result timeout")
        .define(
            MAX_ATTEMPTS,
            Type.INT,
            3,
            ConfigDef.Range.atLeast(1),
            Importance.MEDIUM,
            "How often an input is tried. Then the task fails, or, with errors.tolerance=all, the input goes to the dead letter queue and an error record to the result topic.",
            REALTIME,
            10,
            Width.SHORT,
            "Most attempts");
  }

  private static void defineCompletion(ConfigDef def) {
    def.define(
            COMPLETION,
            Type.STRING,
            "first",
            ConfigDef.ValidString.in("first", "timings", "quiet", "field", "sent"),
            Importance.MEDIUM,
            "When an input is done: with its 'first' frame; with fal's 'timings' message; 'quiet', without a frame for a while; when a 'field' of a frame says so; or as soon as it is 'sent'.",
            REALTIME,
            11,
            Width.SHORT,
            "Completion")
        .define(
            COMPLETION_QUIET,
            Type.LONG,
            1_000L,
            ConfigDef.Range.between(1, DAY_MS),
            Importance.LOW,
            "With "
                + COMPLETION
                + "=quiet: done when there was no frame for so long, in milliseconds.",
            REALTIME,
            12,
            Width.SHORT,
            "Quiet time")
        .define(
            COMPLETION_FIELD,
            Type.STRING,
            null,
            ConfigDef.LambdaValidator.with(
                RealtimeSinkDefinition::pointer, () -> "a JSON pointer like /state"),
            Importance.LOW,
            "With " + COMPLETION + "=field: where in a frame to look, as a JSON pointer.",
            REALTIME,
            13,
            Width.MEDIUM,
            "Completion field")
        .define(
            COMPLETION_VALUE,
            Type.STRING,
            null,
            Importance.LOW,
            "With "
                + COMPLETION
                + "=field: what has to be there, as text. Default: anything but null and false.",
            REALTIME,
            14,
            Width.MEDIUM,
            "Completion value");
  }

  private static void pointer(String key, Object value) {
    try {
      JsonPointer.compile((String) value);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(key, value, "a JSON pointer starts with '/', like /state");
    }
  }
}
