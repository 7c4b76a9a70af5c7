// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.sink.delivery.Turn;
import io.falconnect.sink.result.ResultOutput;

/** Tells when inputs are done, and publishes what comes for them. Knows no I/O and no clock. */
final class Completion {
  private final CompletionRule rule;
  private final UnansweredInputs inFlight;
  private final ResultOutput results;

  Completion(CompletionRule rule, UnansweredInputs inFlight, ResultOutput results) {
    this.rule = rule;
    this.inFlight = inFlight;
    this.results = results;
  }

  /**
   * An output has come for an input.
   *
   * @return whether the input is done with it
   */
  boolean output(Turn turn, JsonNode output, long readAt, long now) {
    switch (rule.mode()) {
      case FIRST -> {
        return publish(turn, output, true, readAt, now);
      }
      case FIELD -> {
        return publish(turn, output, rule.marks(output), readAt, now);
      }
      case SENT -> {
        return publish(turn, output, false, readAt, now);
      }
      case TIMINGS, QUIET -> {
        turn.hold(results, output, readAt, now);
        return false;
      }
    }
    throw new IllegalStateException("no such mode: " + rule.mode());
  }

  private boolean publish(Turn turn, JsonNode output, boolean last, long readAt, long now) {
    turn.publish(results, output, last, readAt);
    if (last) {
      inFlight.finished(turn, now);
    }
    return last;
  }

  /**
   * fal has said that the work on an input is over.
   *
   * @return whether an input is done with it
   */
  boolean timings(long now) {
    if (rule.mode() != CompletionRule.Mode.TIMINGS) {
      return false;
    }
    Turn last = inFlight.lastAnswered();
    return last != null && last.holds() && release(last, now);
  }

  /**
   * Looks for inputs that are done because nothing more has come for them.
   *
   * @return whether there were any
   */
  boolean quiet(long now) {
    boolean any = false;
    if (rule.mode() == CompletionRule.Mode.QUIET) {
      for (Turn turn : inFlight.list()) {
        if (turn.holds() && now - turn.lastFrameAt() >= rule.quiet().toNanos()) {
          any |= release(turn, now);
        }
      }
    }
    return any;
  }

  /**
   * All that was sent has left this machine, but for so many bytes.
   *
   * @return whether inputs are done with it
   */
  boolean sent(long queuedBytes, long now) {
    if (rule.mode() != CompletionRule.Mode.SENT) {
      return false;
    }
    boolean any = false;
    Turn next = inFlight.written(queuedBytes);
    while (next != null) {
      results.done(next.pending);
      inFlight.finished(next, now);
      any = true;
      next = inFlight.written(queuedBytes);
    }
    return any;
  }

  /**
   * fal has ended the session, and nothing is wrong with that: what has come is all there is.
   *
   * @return whether inputs are done with it
   */
  boolean closed(long now) {
    boolean any = rule.mode() == CompletionRule.Mode.SENT && inFlight.used();
    if (rule.mode() == CompletionRule.Mode.QUIET) {
      for (Turn turn : inFlight.list()) {
        any |= turn.holds() && release(turn, now);
      }
    }
    return any;
  }

  private boolean release(Turn turn, long now) {
    turn.release(results);
    inFlight.finished(turn, now);
    return true;
  }
}
