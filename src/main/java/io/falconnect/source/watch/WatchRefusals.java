// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import io.falconnect.connect.RefusalReport;
import io.falconnect.fal.failure.AccountAccess;
import io.falconnect.fal.failure.AccountRulings;
import io.falconnect.fal.failure.FalFailure;
import org.apache.kafka.connect.errors.ConnectException;

/**
 * Does what {@link AccountAccess} has decided about refused watches: closes them, schedules them
 * again, or notes that the task has to fail. Owned by the task thread.
 */
final class WatchRefusals implements AccountRulings<ActiveWatch> {
  private final AccountAccess<ActiveWatch> access;
  private final OutcomePolicy outcomes;
  private final AttemptScheduler attempts;
  private final LiveStreams streams;
  private final WatchCloser closer;
  private final RefusalReport report;
  private ConnectException fatalError;

  WatchRefusals(
      AccountAccess<ActiveWatch> access,
      OutcomePolicy outcomes,
      AttemptScheduler attempts,
      LiveStreams streams,
      WatchCloser closer,
      RefusalReport report) {
    this.access = access;
    this.outcomes = outcomes;
    this.attempts = attempts;
    this.streams = streams;
    this.closer = closer;
    this.report = report;
  }

  /** Why the task has to fail, or null. */
  ConnectException fatalError() {
    return fatalError;
  }

  /** Does what was decided so far. */
  void settle() {
    access.settle(!access.isOpen() && attempts.canTryOther(), this);
  }

  @Override
  public void onOwnRefusal(ActiveWatch watch, FalFailure failure) {
    if (!watch.isClosed()) {
      boolean isResult = outcomes.needsResult(watch);
      closer.closeWithEnding(watch, WatchPolicy.onOwnRefusal(failure, isResult));
    }
  }

  @Override
  public void onReleased(ActiveWatch watch) {
    if (!watch.isClosed()) {
      attempts.schedule(watch);
    }
  }

  /** What waits for its turn to open would be refused as well. */
  @Override
  public void onAccountRefused(FalFailure failure) {
    report.onRefused(failure);
    for (ActiveWatch watch : streams.takeBackWaiting()) {
      access.onEnd(watch);
      attempts.schedule(watch);
    }
  }

  @Override
  public void onAccountAccepted() {
    report.onAccepted();
  }

  @Override
  public void onTaskRefused(String reason) {
    String help = "No watch is lost: restart the task when fal takes its requests again.";
    fatalError = new ConnectException(reason + ". " + help);
  }
}
