// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.call;

import io.falconnect.connect.RefusalReport;
import io.falconnect.fal.failure.AccountAccess;
import io.falconnect.fal.failure.AccountRulings;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.sink.delivery.InFlightInput;
import io.falconnect.sink.result.ResultOutput;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * Does what {@link AccountAccess} has decided about refused inputs: fails them, posts them again,
 * or fails the task. A refused input keeps its place in the order of its key. Only the delivery
 * thread uses it.
 */
final class InputRefusals implements AccountRulings<InFlightInput> {
  private final KeyedQueue queue;
  private final ResultOutput results;
  private final BiConsumer<InFlightInput, FalFailure> onOwnRefusal;
  private final RefusalReport report;
  private final LongSupplier nanoClock;

  /**
   * Nothing is refused.
   *
   * @param onOwnRefusal fails an input
   */
  InputRefusals(
      KeyedQueue queue,
      ResultOutput results,
      BiConsumer<InFlightInput, FalFailure> onOwnRefusal,
      RefusalReport report,
      LongSupplier nanoClock) {
    this.queue = queue;
    this.results = results;
    this.onOwnRefusal = onOwnRefusal;
    this.report = report;
    this.nanoClock = nanoClock;
  }

  @Override
  public void onOwnRefusal(InFlightInput input, FalFailure failure) {
    onOwnRefusal.accept(input, failure);
  }

  @Override
  public void onReleased(InFlightInput input) {
    queue.retryAt(input, nanoClock.getAsLong());
  }

  @Override
  public void onAccountRefused(FalFailure failure) {
    report.onRefused(failure);
  }

  @Override
  public void onAccountAccepted() {
    report.onAccepted();
  }

  @Override
  public void onTaskRefused(String reason) {
    results.failRefusedTask(reason);
  }
}
