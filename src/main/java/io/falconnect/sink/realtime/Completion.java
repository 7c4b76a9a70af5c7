// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.sink.delivery.InFlightInput;
import io.falconnect.sink.result.ResultOutput;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Decides when an input is finished, by the rule of the configuration, and publishes its outputs.
 * Only the delivery thread uses it. Every method that returns a boolean says whether it has
 * finished an input.
 */
final class Completion {
  private final CompletionRule rule;
  private final UnansweredInputs unanswered;
  private final ResultOutput results;
  private final LongSupplier nanoClock;

  /**
   * For one session after another.
   *
   * @param nanoClock {@code System::nanoTime} outside tests
   */
  Completion(
      CompletionRule rule,
      UnansweredInputs unanswered,
      ResultOutput results,
      LongSupplier nanoClock) {
    this.rule = rule;
    this.unanswered = unanswered;
    this.results = results;
    this.nanoClock = nanoClock;
  }

  /**
   * An output has come for an input.
   *
   * @param readAt when the output was read: epoch milliseconds
   */
  boolean onOutput(InFlightInput input, JsonNode output, long readAt) {
    return switch (rule.mode()) {
      case FIRST -> publish(input, output, true, readAt);
      case FIELD -> publish(input, output, rule.isLast(output), readAt);
      case SENT -> publish(input, output, false, readAt);
      case TIMINGS, QUIET -> {
        input.publication().keepOutput(results, output, readAt, nanoClock.getAsLong());
        yield false;
      }
    };
  }

  private boolean publish(InFlightInput input, JsonNode output, boolean last, long readAt) {
    input.publication().publish(results, output, last, readAt);
    if (last) {
      unanswered.onFinished(input);
    }
    return last;
  }

  /**
   * fal has sent {@code timings}: the oldest input with an output is finished. An input without one
   * is not, because fal sends timings also while an app works.
   */
  boolean onTimings() {
    if (rule.mode() != CompletionRule.Mode.TIMINGS) {
      return false;
    }
    return unanswered.toList().stream()
        .filter(input -> input.publication().hasKeptOutput())
        .findFirst()
        .map(this::finishWithKept)
        .orElse(false);
  }

  /**
   * Finishes the inputs for which nothing has come for long enough. Only called when all that fal
   * has sent so far was read.
   */
  boolean finishQuiet() {
    long now = nanoClock.getAsLong();
    long quiet = rule.quiet().toNanos();
    return rule.mode() == CompletionRule.Mode.QUIET
        && finishKept(input -> now - input.publication().keptAt() >= quiet);
  }

  /**
   * Finishes the inputs that were written, where that is enough.
   *
   * @param queuedBytes how many of the sent bytes were not written yet
   */
  boolean onWritten(long queuedBytes) {
    boolean any = false;
    if (rule.mode() == CompletionRule.Mode.SENT) {
      InFlightInput written = unanswered.oldestIfWritten(queuedBytes);
      while (written != null) {
        results.finish(written.publication());
        unanswered.onFinished(written);
        any = true;
        written = unanswered.oldestIfWritten(queuedBytes);
      }
    }
    return any;
  }

  /** fal has ended the session in good order: no output is missing for what was answered. */
  boolean onOrderlyEnd() {
    return switch (rule.mode()) {
      case SENT -> unanswered.mayHaveLateOutputs();
      case QUIET -> finishKept(input -> true);
      default -> false;
    };
  }

  private boolean finishKept(Predicate<InFlightInput> condition) {
    boolean any = false;
    for (InFlightInput input : unanswered.toList()) {
      if (input.publication().hasKeptOutput() && condition.test(input)) {
        any |= finishWithKept(input);
      }
    }
    return any;
  }

  private boolean finishWithKept(InFlightInput input) {
    input.publication().publishKeptAsLast(results);
    unanswered.onFinished(input);
    return true;
  }
}
