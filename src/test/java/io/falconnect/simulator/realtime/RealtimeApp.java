// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.realtime;

import java.time.Duration;

/**
 * How a realtime app behaves.
 *
 * @param path appended to the endpoint id, {@code /realtime} unless the app says otherwise
 * @param buffer how many inputs a unary app lets wait; {@code max_buffering} wins
 * @param work how long an input is worked on
 * @param outputs outputs for each input in the streaming modes; inputs for the one output in {@code
 *     CLIENT_STREAMING}
 * @param timings each output is followed by a timings message
 * @param echoesRequestId the app's model declares the field
 * @param binaryOnly text frames make the app fail
 * @param encoding of outputs
 * @param images inside outputs, as MessagePack {@code bin} where frames are binary; an input may
 *     ask for one of its own size, in {@code image_bytes}
 * @param partialFrames outputs are cut over several WebSocket frames
 * @param idle without input for so long the session times out; null for never
 * @param endsWithToken a session is told {@code Unauthorized} once its token's life is over
 */
public record RealtimeApp(
    String path,
    Mode mode,
    int buffer,
    Duration work,
    int outputs,
    boolean timings,
    boolean echoesRequestId,
    boolean binaryOnly,
    Encoding encoding,
    boolean images,
    boolean partialFrames,
    Duration idle,
    boolean endsWithToken) {

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
    MSGPACK
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
    private boolean binaryOnly;
    private Encoding encoding = Encoding.AS_INPUT;
    private boolean images;
    private boolean partialFrames;
    private Duration idle;
    private boolean endsWithToken;

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
      binaryOnly = on;
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
          binaryOnly,
          encoding,
          images,
          partialFrames,
          idle,
          endsWithToken);
    }
  }
}
