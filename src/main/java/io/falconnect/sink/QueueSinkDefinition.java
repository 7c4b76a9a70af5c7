// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static io.falconnect.sink.QueueSinkConfig.HINT;
import static io.falconnect.sink.QueueSinkConfig.LIFECYCLE;
import static io.falconnect.sink.QueueSinkConfig.MAX_IN_FLIGHT;
import static io.falconnect.sink.QueueSinkConfig.NO_RETRY;
import static io.falconnect.sink.QueueSinkConfig.PRIORITY;
import static io.falconnect.sink.QueueSinkConfig.RESEND_UNKNOWN;
import static io.falconnect.sink.QueueSinkConfig.START_TIMEOUT;
import static io.falconnect.sink.QueueSinkConfig.WEBHOOK;

import io.falconnect.connect.FalConfig;
import io.falconnect.connect.Validators;
import io.falconnect.sink.result.OutputKeys;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.Width;

/** What the keys of the queue sink are: types, defaults, bounds, and what they mean. */
final class QueueSinkDefinition {
  private static final String QUEUE = "queue";
  private static final int DAY_S = 24 * 60 * 60;

  private QueueSinkDefinition() {}

  /** The definition of all keys a user sets. */
  static ConfigDef definition() {
    ConfigDef def = SinkDefinition.addTo(new ConfigDef());
    defineAsked(def);
    defineFlow(def);
    OutputDefinition.addTo(def, OutputKeys.REQUESTS, "request");
    return FalConfig.define(def);
  }

  private static void defineAsked(ConfigDef def) {
    def.define(
            PRIORITY,
            Type.STRING,
            null,
            Validators.unlessNull(ConfigDef.ValidString.in("normal", "low")),
            Importance.LOW,
            "The priority of the requests in fal's queue: 'normal' or 'low'. Default: fal's own.",
            QUEUE,
            1,
            Width.SHORT,
            "Priority")
        .define(
            HINT,
            Type.STRING,
            null,
            Validators.HEADER,
            Importance.LOW,
            "Which runner fal is to prefer: requests with the same hint go to the same one where possible.",
            QUEUE,
            2,
            Width.MEDIUM,
            "Runner hint")
        .define(
            START_TIMEOUT,
            Type.INT,
            null,
            Validators.unlessNull(ConfigDef.Range.between(2, DAY_S)),
            Importance.LOW,
            "How long a request may wait to be started, in seconds; fal then gives it up.",
            QUEUE,
            3,
            Width.SHORT,
            "Start timeout")
        .define(
            WEBHOOK,
            Type.PASSWORD,
            null,
            Validators.WEBHOOK,
            Importance.LOW,
            "A URL that fal is to call when a request is done. Whoever knows it can pretend to be fal, so it is shown no more than a key is; a config provider keeps it out of what is posted.",
            QUEUE,
            4,
            Width.LONG,
            "Webhook URL")
        .define(
            NO_RETRY,
            Type.BOOLEAN,
            false,
            Importance.LOW,
            "Whether fal is asked not to retry a request by itself.",
            QUEUE,
            5,
            Width.SHORT,
            "No retry")
        .define(
            LIFECYCLE,
            Type.STRING,
            null,
            Validators.HEADER,
            Importance.LOW,
            "What is to become of the files that a request makes, as fal takes it: a JSON object such as {\"expiration_duration_seconds\": 3600}. Default: fal's own.",
            QUEUE,
            6,
            Width.LONG,
            "Object lifecycle");
  }

  private static void defineFlow(ConfigDef def) {
    def.define(
            MAX_IN_FLIGHT,
            Type.INT,
            16,
            ConfigDef.Range.between(1, 1_000),
            Importance.MEDIUM,
            "The most inputs a task submits at once; of each key one at a time.",
            QUEUE,
            7,
            Width.SHORT,
            "Most inputs in flight")
        .define(
            RESEND_UNKNOWN,
            Type.BOOLEAN,
            false,
            Importance.MEDIUM,
            "Whether an input is submitted again when its connection broke, or fal answered 408, 500, 502 or 504, so that nobody knows whether fal has it. Submitting twice makes two requests and costs twice; otherwise such an input fails.",
            QUEUE,
            8,
            Width.SHORT,
            "Resend on unknown outcome");
  }
}
