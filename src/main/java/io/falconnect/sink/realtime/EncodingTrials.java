// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import io.falconnect.fal.realtime.RealtimeEncoding;
import io.falconnect.fal.realtime.SessionEnd;
import io.falconnect.fal.realtime.SessionEnd.How;
import io.falconnect.sink.delivery.InFlightInput;
import java.util.function.Supplier;

/**
 * Decides whether the end of a session makes the next one try another encoding. Only the delivery
 * thread uses it.
 */
final class EncodingTrials {
  private final SessionEncoding encoding;
  private final Supplier<RealtimeEncoding> sessionEncoding;
  private final UnansweredInputs unanswered;

  /** The input whose sessions were refused last while the encoding was not known. */
  private InFlightInput refusedInput;

  private int refusedEncodings;

  /**
   * For the sessions of one lane.
   *
   * @param sessionEncoding the encoding of the present session, or of the last one
   */
  EncodingTrials(
      SessionEncoding encoding,
      Supplier<RealtimeEncoding> sessionEncoding,
      UnansweredInputs unanswered) {
    this.encoding = encoding;
    this.sessionEncoding = sessionEncoding;
    this.unanswered = unanswered;
  }

  /** fal has answered something on a session: its encoding is kept. */
  void onAnswer() {
    refusedInput = null;
    encoding.onAnswer(sessionEncoding.get());
  }

  /**
   * Selects another encoding for the next session if the session was refused on its first frame
   * because, perhaps, the app does not understand the encoding. Every encoding is tried once for an
   * input; after that its failures count.
   *
   * @return whether the next session tries another encoding, and no failure counts
   */
  boolean tryAnother(SessionEnd end) {
    boolean refused =
        switch (end.failure().cause()) {
          case APP_ERROR, CONNECTION, ENDED -> end.how() == How.BROKEN || end.how() == How.ORDERLY;
          default -> false;
        };
    if (!refused || !unanswered.hasSent() || !encoding.onRefused(sessionEncoding.get())) {
      return false;
    }
    InFlightInput oldest = unanswered.oldest();
    if (oldest != refusedInput) {
      refusedInput = oldest;
      refusedEncodings = 0;
    }
    refusedEncodings++;
    return refusedEncodings <= SessionEncoding.CHOICES;
  }
}
