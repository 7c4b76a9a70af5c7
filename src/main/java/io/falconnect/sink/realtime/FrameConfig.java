// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import io.falconnect.connect.KeyGroup;
import io.falconnect.fal.realtime.FramePattern;
import io.falconnect.fal.realtime.RealtimeEncoding;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;

/** What is sent and read on a realtime session: some of the keys {@code realtime.*}. Immutable. */
final class FrameConfig {
  private static final String ENCODING = "realtime.encoding";
  private static final String SEND_REQUEST_ID = "realtime.send.request.id";
  private static final String IGNORE = "realtime.ignore";

  private static final String MESSAGE_PACK_HINT =
      "the app may understand MessagePack only, which " + ENCODING + "=msgpack sends";
  private static final String ENCODING_HINT =
      "the app may understand other frames, see " + ENCODING;
  private static final String REQUEST_ID_HINT =
      "; or it may refuse the field request_id, which " + SEND_REQUEST_ID + "=false leaves out";

  private final Optional<RealtimeEncoding> encoding;
  private final boolean sendsRequestIds;
  private final List<FramePattern> ignored;

  FrameConfig(AbstractConfig config) {
    List<String> patterns = config.getList(IGNORE);
    this.encoding =
        Arrays.stream(RealtimeEncoding.values())
            .filter(known -> known.word().equals(config.getString(ENCODING)))
            .findFirst();
    this.sendsRequestIds = config.getBoolean(SEND_REQUEST_ID);
    this.ignored =
        patterns == null ? List.of() : patterns.stream().map(FramePattern::parse).toList();
  }

  static void define(KeyGroup group) {
    group
        .key(ENCODING, Type.STRING)
        .defaultsTo("auto")
        .oneOf("auto", "json", "msgpack", "json-binary")
        .describe(
            "Encoding",
            "How inputs are sent: 'json' in text frames, 'msgpack' (MessagePack) in binary frames, 'json-binary' (JSON) in binary frames. 'auto' begins with json. If the app refuses the first frame of a session and has never answered, the next session uses msgpack, then json-binary. What the app answers to is kept. The connector reads all of them.")
        .key(SEND_REQUEST_ID, Type.BOOLEAN)
        .defaultsTo(true)
        .describe(
            "Send request ids",
            "Whether an input without a request_id is sent with one. Some apps refuse fields that they do not know: set false for them. Then one input is in flight at a time, unless the inputs have ids that the app echoes.")
        .key(IGNORE, Type.LIST)
        .validatedBy(
            ConfigDef.LambdaValidator.with(
                FrameConfig::validatePatterns, () -> "a list of /pointer=value"))
        .low()
        .describe(
            "Ignored frames",
            "Frames of the app that are no outputs, such as a greeting or a heartbeat: a list of JSON pointers and values, like /type=ready,/type=ping. Text that is not JSON is never an output.");
  }

  private static void validatePatterns(String key, Object value) {
    try {
      ((List<?>) value).forEach(pattern -> FramePattern.parse((String) pattern));
    } catch (IllegalArgumentException e) {
      throw new ConfigException(key, value, e.getMessage());
    }
  }

  /** The encoding that is set; empty if it is to be found out. */
  Optional<RealtimeEncoding> encoding() {
    return encoding;
  }

  /** Whether every input is sent with a request id. */
  boolean sendsRequestIds() {
    return sendsRequestIds;
  }

  /** The frames of the app that are no outputs. */
  List<FramePattern> ignored() {
    return ignored;
  }

  /** What may be wrong when a session ends before fal ever answered. */
  String neverAnsweredHint() {
    String hint =
        encoding.equals(Optional.of(RealtimeEncoding.JSON)) ? MESSAGE_PACK_HINT : ENCODING_HINT;
    return " (fal never answered: " + hint + (sendsRequestIds ? REQUEST_ID_HINT : "") + ")";
  }
}
