// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import io.falconnect.connect.RefusalReport;
import io.falconnect.fal.failure.AccountAccess;
import io.falconnect.fal.failure.AccountRulings;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.sink.result.ResultOutput;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Does what {@link AccountAccess} has decided about refused sessions of all lanes of a task: lets
 * their lanes open others, or fails the task. No input is charged. Only the delivery thread uses
 * it.
 */
final class SessionAccess implements AccountRulings<SessionAccess.Opening> {
  private final AccountAccess<Opening> access;
  private final ResultOutput results;
  private final RefusalReport report;
  private boolean isTaskFailed;

  /** One attempt of a lane to have a session. */
  static final class Opening {
    private final SessionOpener lane;

    private Opening(SessionOpener lane) {
      this.lane = lane;
    }

    /** The subject of the message with which the task fails. */
    @Override
    public String toString() {
      return "a realtime session";
    }
  }

  /**
   * Nothing is refused.
   *
   * @param nanoClock {@code System::nanoTime} outside tests
   */
  SessionAccess(
      RealtimeConfig config, ResultOutput results, RefusalReport report, LongSupplier nanoClock) {
    this.access =
        new AccountAccess<>(
            config.toleratesErrors(), config.backoff(), config.retryTimeout(), nanoClock);
    this.results = results;
    this.report = report;
  }

  /** Whether nothing is refused. */
  boolean isOpen() {
    return access.isOpen();
  }

  /** Whether a lane may open a session now. */
  boolean mayOpen() {
    return access.mayStart();
  }

  /** A lane opens a session. */
  Opening start(SessionOpener lane) {
    Opening opening = new Opening(lane);
    access.onStart(opening);
    return opening;
  }

  /** The session is open, and works. */
  void onAccepted(Opening opening) {
    access.onAccepted(opening);
  }

  /** fal has refused the session: its lane opens no other until it is allowed to. */
  void onRefused(Opening opening, FalFailure failure) {
    opening.lane.hold();
    access.onRefused(opening, failure);
  }

  /** The session has ended in any other way. */
  void onEnd(Opening opening) {
    access.onEnd(opening);
  }

  /** See {@link AccountAccess#excludePause}. */
  void excludeTime(long nanos) {
    access.excludePause(Duration.ofNanos(nanos));
  }

  /**
   * Decides what is due. To be called several times a second.
   *
   * @param canTryOther whether a lane needs a session that was not refused one
   */
  void settle(boolean canTryOther) {
    access.settle(canTryOther, this);
    Opening refused = access.nextRefused();
    if (refused != null && !canTryOther && access.mayStart()) {
      access.forget(refused);
      refused.lane.release();
      refused.lane.openAtOnce();
    }
  }

  /** Other sessions work, so this lane goes on trying after its own wait. */
  @Override
  public void onOwnRefusal(Opening opening, FalFailure failure) {
    opening.lane.release();
  }

  @Override
  public void onReleased(Opening opening) {
    opening.lane.release();
    opening.lane.openAtOnce();
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
    if (!isTaskFailed) {
      isTaskFailed = true;
      results.failRefusedTask(reason);
    }
  }
}
