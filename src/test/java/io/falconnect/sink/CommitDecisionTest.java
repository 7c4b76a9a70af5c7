// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.sink.delivery.Drainable;
import io.falconnect.sink.input.RecordingContext;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CommitDecisionTest {
  private static final Duration INTERVAL = Duration.ofMillis(500);

  private final RecordingContext context = new RecordingContext();
  private final Inflow inflow = new Inflow();

  /** Nano times may be anything. */
  private long now = Long.MAX_VALUE - 5;

  private final CommitDecision careful = decision(true);
  private final CommitDecision plain = decision(false);

  private CommitDecision decision(boolean avoidsRepeats) {
    return new CommitDecision(avoidsRepeats, context, inflow, () -> now);
  }

  @Test
  void aCommitIsRequestedWhenAnInputIsDoneAndTheIntervalIsOver() {
    careful.onInputDone();
    careful.requestIfDue();
    assertThat(context.commitRequests()).isZero();
    assertThat(careful.isRequestPending()).isTrue();
    now += INTERVAL.toNanos();
    careful.requestIfDue();
    assertThat(context.commitRequests()).isOne();
    assertThat(careful.isRequestPending()).isFalse();
  }

  @Test
  void withoutANewDoneInputNoFurtherCommitIsRequested() {
    request();
    now += INTERVAL.toNanos();
    careful.requestIfDue();
    assertThat(context.commitRequests()).isOne();
  }

  @Test
  void aSinkThatDoesNotAvoidRepeatsRequestsNoCommitAndWaitsForNothing() {
    plain.onInputDone();
    now += INTERVAL.toNanos();
    plain.requestIfDue();
    assertThat(context.commitRequests()).isZero();
    assertThat(plain.isRequestPending()).isFalse();
    assertThat(plain.beforeCommit()).isEqualTo(Duration.ZERO);
    assertThat(inflow.drains).isZero();
  }

  @Test
  void beforeARequestedCommitNothingIsDrained() {
    request();
    assertThat(careful.beforeCommit()).isEqualTo(Duration.ZERO);
    assertThat(inflow.drains).isZero();
  }

  @Test
  void beforeACommitThatWasNotRequestedTheInputsInFlightEnd() {
    assertThat(careful.beforeCommit()).isEqualTo(Duration.ofSeconds(1));
    assertThat(inflow.drains).isOne();
    assertThat(inflow.drained).isTrue();
  }

  @Test
  void theCommitAfterARequestedOneIsDrainedAgain() {
    request();
    careful.beforeCommit();
    careful.beforeCommit();
    assertThat(inflow.drains).isOne();
  }

  @Test
  void recordsAfterARequestMeanThatTheNextCommitMayBeTheLast() {
    request();
    careful.onRecords();
    careful.beforeCommit();
    assertThat(inflow.drains).isOne();
  }

  @Test
  void recordsAfterADrainLetInputsStartAgain() {
    careful.beforeCommit();
    careful.onRecords();
    assertThat(inflow.drained).isFalse();
  }

  @Test
  void onlyADrainIsEnded() {
    careful.resume();
    careful.beforeCommit();
    careful.resume();
    careful.resume();
    assertThat(inflow.resumes).isOne();
  }

  private void request() {
    careful.onInputDone();
    now += INTERVAL.toNanos();
    careful.requestIfDue();
  }

  private static final class Inflow implements Drainable {
    int drains;
    int resumes;
    boolean drained;

    @Override
    public void drain(Duration limit) {
      assertThat(limit).isEqualTo(Duration.ofSeconds(2));
      drains++;
      drained = true;
    }

    @Override
    public void resume() {
      resumes++;
      drained = false;
    }
  }
}
