// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.sink.delivery.InFlightInput;
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
  boolean output(InFlightInput input, JsonNode output, long readAt, long now) {
    switch (rule.mode()) {
      case FIRST -> {
        return publish(input, output, true, readAt, now);
      }
      case FIELD -> {
        return publish(input, output, rule.marks(output), readAt, now);
      }
      case SENT -> {
        return publish(input, output, false, readAt, now);
      }
      case TIMINGS, QUIET -> {
        input.publication().keepOutput(results, output, readAt, now);
        return false;
      }
    }
    throw new IllegalStateException("no such mode: " + rule.mode());
  }

  private boolean publish(
      InFlightInput input, JsonNode output, boolean last, long readAt, long now) {
    input.publication().publish(results, output, last, readAt);
    if (last) {
      inFlight.finished(input, now);
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
    InFlightInput last = inFlight.lastAnswered();
    return last != null && last.publication().hasKeptOutput() && release(last, now);
  }

  /**
   * Looks for inputs that are done because nothing more has come for them.
   *
   * @return whether there were any
   */
  boolean quiet(long now) {
    boolean any = false;
    if (rule.mode() == CompletionRule.Mode.QUIET) {
      for (InFlightInput input : inFlight.list()) {
        if (input.publication().hasKeptOutput()
            && now - input.publication().keptAt() >= rule.quiet().toNanos()) {
          any |= release(input, now);
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
    InFlightInput next = inFlight.written(queuedBytes);
    while (next != null) {
      results.finish(next.publication());
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
      for (InFlightInput input : inFlight.list()) {
        any |= input.publication().hasKeptOutput() && release(input, now);
      }
    }
    return any;
  }

  private boolean release(InFlightInput input, long now) {
    input.publication().publishKeptAsLast(results);
    inFlight.finished(input, now);
    return true;
  }
}
