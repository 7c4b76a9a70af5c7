// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.fal.realtime.RealtimeEncoding;
import io.falconnect.fal.realtime.RealtimeFrames;
import io.falconnect.sink.delivery.InFlightInput;
import io.falconnect.sink.input.Input;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import okio.ByteString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The encoding in which a task sends its inputs. If the user has set none, it is found out: the
 * first session uses JSON, and a session that is refused on its first frame makes the next one use
 * another encoding, until the app has answered once. The delivery thread decides; the task thread
 * encodes new inputs.
 */
public final class SessionEncoding {
  /** How many encodings are tried. */
  static final int CHOICES = 3;

  private static final Logger LOG = LoggerFactory.getLogger(SessionEncoding.class);
  private static final List<RealtimeEncoding> ORDER =
      List.of(RealtimeEncoding.JSON, RealtimeEncoding.MSGPACK, RealtimeEncoding.JSON_BINARY);

  private final BiFunction<Input, RealtimeEncoding, ByteString> encoder;
  private volatile RealtimeEncoding current;

  /** Whether the encoding stays. Only the delivery thread uses it. */
  private boolean decided;

  /**
   * The encoding of a task.
   *
   * @param set the encoding that the user has set; empty if it is to be found out
   * @param encoder encodes an input again, from its record
   */
  public SessionEncoding(
      Optional<RealtimeEncoding> set, BiFunction<Input, RealtimeEncoding, ByteString> encoder) {
    this.decided = set.isPresent();
    this.current = set.orElse(ORDER.get(0));
    this.encoder = encoder;
  }

  /** The encoding of the next session. Any thread. */
  RealtimeEncoding current() {
    return current;
  }

  /** Encodes a new input. Called by the task thread. */
  public ByteString encode(JsonNode json) {
    return RealtimeFrames.encode(json, current);
  }

  /** Encodes an input again if it was encoded for sessions of another encoding. */
  void adapt(InFlightInput input, RealtimeEncoding session) {
    boolean packed = !RealtimeFrames.isJsonObject(input.payload());
    if (packed != (session == RealtimeEncoding.MSGPACK)) {
      input.replacePayload(encoder.apply(input.input(), session));
    }
  }

  /** The app has answered on a session with this encoding. */
  void onAnswer(RealtimeEncoding session) {
    if (!decided) {
      decided = true;
      current = session;
      LOG.info("The app answers to realtime.encoding={}, which is kept", session.word());
    }
  }

  /**
   * A session with this encoding was refused on its first frame.
   *
   * @return whether the next session may have another encoding
   */
  boolean onRefused(RealtimeEncoding session) {
    if (!decided && current == session) {
      current = ORDER.get((ORDER.indexOf(session) + 1) % CHOICES);
    }
    return !decided;
  }
}
