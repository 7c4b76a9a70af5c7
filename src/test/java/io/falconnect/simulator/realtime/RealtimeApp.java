// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.realtime;

import java.time.Duration;
import java.util.Set;

/**
 * How a realtime app behaves.
 *
 * @param path appended to the endpoint id, {@code /realtime} unless the app says otherwise
 * @param buffer how many inputs a unary app lets wait, whatever {@code max_buffering} says
 * @param work how long an input is worked on
 * @param outputs outputs for each input in the streaming modes; inputs for the one output in {@code
 *     CLIENT_STREAMING}
 * @param timings each output is followed by a timings message
 * @param echoesRequestId the app's model declares the field
 * @param reads frames of any other kind make the app fail
 * @param fields inputs with any other field make the app fail; empty for any fields
 * @param encoding of outputs
 * @param images inside outputs, as MessagePack {@code bin} where frames are binary; an input may
 *     ask for one of its own size, in {@code image_bytes}
 * @param partialFrames outputs are cut over several WebSocket frames
 * @param idle without input for so long the session times out; null for never
 * @param endsWithToken a session is told {@code Unauthorized} once its token's life is over
 * @param greeting a text frame that each session begins with, or null
 * @param greetingDelay how long after the opening the greeting comes
 * @param heartbeat a text frame that comes again and again, or null
 * @param heartbeatInterval how often
 * @param ticks timings are billing ticks: after the opening, before each output, and at the end
 * @param handshake how long an opening takes
 * @param coldStart how much longer the first input of a session takes
 */
public record RealtimeApp(
    String path,
    Mode mode,
    int buffer,
    Duration work,
    int outputs,
    boolean timings,
    boolean echoesRequestId,
    Reads reads,
    Set<String> fields,
    Encoding encoding,
    boolean images,
    boolean partialFrames,
    Duration idle,
    boolean endsWithToken,
    String greeting,
    Duration greetingDelay,
    String heartbeat,
    Duration heartbeatInterval,
    boolean ticks,
    Duration handshake,
    Duration coldStart) {

  /** How many inputs belong to how many outputs. */
  public enum Mode {
    UNARY,
    SERVER_STREAMING,
    CLIENT_STREAMING,
    BIDIRECTIONAL
  }

  /** What outputs are written in. */
  public enum Encoding {
    AS_INPUT,
    JSON,
    MSGPACK,
    JSON_BINARY
  }

  /** Which frames the app understands. */
  public enum Reads {
    ANYTHING,
    BINARY,
    MSGPACK,
    JSON_BINARY
  }

  /** Unary, a buffer of two, echoing request ids, answering at once in the input's own encoding. */
  public static Builder builder() {
    return new Builder();
  }

  /** Starts from the usual app. */
  public static final class Builder {
    private String path = "/realtime";
    private Mode mode = Mode.UNARY;
    private int buffer = 2;
    private Duration work = Duration.ZERO;
    private int outputs = 1;
    private boolean timings;
    private boolean echoesRequestId = true;
    private Reads reads = Reads.ANYTHING;
    private Set<String> fields = Set.of();
    private Encoding encoding = Encoding.AS_INPUT;
    private boolean images;
    private boolean partialFrames;
    private Duration idle;
    private boolean endsWithToken;
    private String greeting;
    private Duration greetingDelay = Duration.ZERO;
    private String heartbeat;
    private Duration heartbeatInterval = Duration.ZERO;
    private boolean ticks;
    private Duration handshake = Duration.ZERO;
    private Duration coldStart = Duration.ZERO;

    private Builder() {}

    public Builder path(String value) {
      path = value;
      return this;
    }

    public Builder mode(Mode value) {
      mode = value;
      return this;
    }

    public Builder buffer(int size) {
      buffer = size;
      return this;
    }

    public Builder work(Duration duration) {
      work = duration;
      return this;
    }

    public Builder outputs(int count) {
      outputs = count;
      return this;
    }

    public Builder timings(boolean on) {
      timings = on;
      return this;
    }

    public Builder echoesRequestId(boolean on) {
      echoesRequestId = on;
      return this;
    }

    public Builder binaryOnly(boolean on) {
      return reads(on ? Reads.BINARY : Reads.ANYTHING);
    }

    public Builder reads(Reads frames) {
      reads = frames;
      return this;
    }

    /** The app's model forbids any other field. */
    public Builder onlyFields(String... names) {
      fields = Set.of(names);
      return this;
    }

    public Builder greets(String frame, Duration afterOpening) {
      greeting = frame;
      greetingDelay = afterOpening;
      return this;
    }

    public Builder heartbeats(String frame, Duration every) {
      heartbeat = frame;
      heartbeatInterval = every;
      return this;
    }

    public Builder billingTicks(boolean on) {
      ticks = on;
      return this;
    }

    public Builder handshake(Duration duration) {
      handshake = duration;
      return this;
    }

    public Builder coldStart(Duration duration) {
      coldStart = duration;
      return this;
    }

    public Builder encoding(Encoding value) {
      encoding = value;
      return this;
    }

    public Builder images(boolean on) {
      images = on;
      return this;
    }

    public Builder partialFrames(boolean on) {
      partialFrames = on;
      return this;
    }

    public Builder idle(Duration duration) {
      idle = duration;
      return this;
    }

    public Builder endsWithToken(boolean on) {
      endsWithToken = on;
      return this;
    }

    public RealtimeApp build() {
      return new RealtimeApp(
          path,
          mode,
          buffer,
          work,
          outputs,
          timings,
          echoesRequestId,
          reads,
          fields,
          encoding,
          images,
          partialFrames,
          idle,
          endsWithToken,
          greeting,
          greetingDelay,
          heartbeat,
          heartbeatInterval,
          ticks,
          handshake,
          coldStart);
    }
  }
}
