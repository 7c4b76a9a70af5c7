// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.delivery;

import io.falconnect.sink.input.Input;
import io.falconnect.sink.result.Publication;
import okio.ByteString;

/**
 * One input on the delivery thread, from the moment the task hands it over until its outcome is
 * known: what is published of it, and how the attempts at it went. Only the delivery thread uses
 * it.
 */
public final class InFlightInput {
  private final Publication publication;
  private final AttemptHistory attempts = new AttemptHistory();
  private ByteString payload;

  /**
   * An input that was not tried yet.
   *
   * @param takenAt when the task took it: nano time
   */
  public InFlightInput(Input input, long takenAt) {
    this(new Publication(input, takenAt));
  }

  private InFlightInput(Publication publication) {
    this.publication = publication;
    this.payload = publication.input().payload();
  }

  /**
   * The part of a finished input that late outputs still need: key, headers and the number of the
   * next frame, without the payload.
   */
  public InFlightInput forLateOutputs() {
    return new InFlightInput(publication.forLateOutputs());
  }

  /** Starts an attempt: the frames are numbered from 0 again. */
  public void startAttempt() {
    attempts.startAttempt();
    publication.startAttempt();
  }

  public Input input() {
    return publication.input();
  }

  public Publication publication() {
    return publication;
  }

  public AttemptHistory attempts() {
    return attempts;
  }

  public String requestId() {
    return input().requestId();
  }

  public ByteString payload() {
    return payload;
  }

  /** From now on the input is sent in another encoding. */
  public void replacePayload(ByteString encoded) {
    payload = encoded;
  }

  public Object orderingKey() {
    return input().orderingKey();
  }

  /** Whether the partition of the input was taken away from this task. */
  public boolean isRevoked() {
    return publication.isRevoked();
  }

  @Override
  public String toString() {
    return input().toString();
  }
}
