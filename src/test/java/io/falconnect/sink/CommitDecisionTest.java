// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.sink.delivery.Drainable;
import io.falconnect.sink.input.RecordingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class CommitDecisionTest {
  private static final Duration INTERVAL = Duration.ofMillis(500);
  private static final Duration SHORT = Duration.ofMillis(25);
  private static final TopicPartition PARTITION = new TopicPartition("inputs", 0);

  private final RecordingContext context = new RecordingContext();
  private final Inflow inflow = new Inflow();

  /** Nano times may be anything. */
  private long now = Long.MAX_VALUE - 5;

  private final CommitDecision careful = decision(true);
  private final CommitDecision plain = decision(false);

  private CommitDecision decision(boolean drains) {
    return new CommitDecision(drains, context, inflow, () -> now);
  }

  @Test
  void aCommitIsRequestedWhenAnInputIsDoneAndTheIntervalIsOver() {
    for (boolean drains : new boolean[] {true, false}) {
      CommitDecision commits = decision(drains);
      int before = context.commitRequests();
      commits.onInputDone();
      commits.requestIfDue();
      assertThat(context.commitRequests()).isEqualTo(before);
      assertThat(commits.isRequestPending()).isTrue();
      after(INTERVAL);
      commits.requestIfDue();
      assertThat(context.commitRequests()).isEqualTo(before + 1);
      commit(commits, 1);
      assertThat(commits.isRequestPending()).isFalse();
    }
  }

  @Test
  void withoutANewDoneInputNoFurtherCommitIsRequested() {
    request();
    commit(careful, 1);
    after(INTERVAL);
    careful.requestIfDue();
    assertThat(context.commitRequests()).isOne();
  }

  @Test
  void aSinkThatDoesNotDrainWaitsForNothing() {
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
  void whileConnectIsBusyWithACommitNoOtherIsRequestedAndTheNextRequestWaitsLonger() {
    inflow.wantsCommit = true;
    careful.onInputDone();
    after(SHORT);
    careful.requestIfDue();
    careful.onRecords();
    after(SHORT);
    careful.requestIfDue();
    assertThat(context.commitRequests()).isOne();
    commit(careful, 1);
    careful.onInputDone();
    after(SHORT);
    careful.requestIfDue();
    assertThat(context.commitRequests()).isOne();
    after(SHORT);
    careful.requestIfDue();
    assertThat(context.commitRequests()).isEqualTo(2);
  }

  @Test
  void aCommitHasEndedWhenTheNextOneBegins() {
    commit(careful, 5);
    assertThat(inflow.committed).isEmpty();
    commit(careful, 7);
    assertThat(inflow.committed).containsExactly(Map.of(PARTITION, 5L));
    commit(careful, 7);
    commit(careful, 7);
    assertThat(inflow.committed).containsExactly(Map.of(PARTITION, 5L), Map.of(PARTITION, 7L));
  }

  @Test
  void aCommitThatConnectHasGivenUpIsNotCommitted() {
    commit(careful, 5);
    after(Duration.ofSeconds(5));
    commit(careful, 7);
    assertThat(inflow.committed).isEmpty();
    after(SHORT);
    commit(careful, 7);
    assertThat(inflow.committed).containsExactly(Map.of(PARTITION, 7L));
  }

  @Test
  void aCommitBeforeAPartitionWasLostIsForgotten() {
    commit(careful, 5);
    careful.onRevoked(List.of(PARTITION));
    commit(careful, 3);
    assertThat(inflow.committed).isEmpty();
    commit(careful, 3);
    assertThat(inflow.committed).containsExactly(Map.of(PARTITION, 3L));
  }

  @Test
  void whereInputsWaitForCommitsTheyAreRequestedSoonUntilAllIsKnownToBeCommitted() {
    inflow.wantsCommit = true;
    careful.onInputDone();
    for (int i = 1; i <= 4; i++) {
      after(SHORT);
      careful.requestIfDue();
      if (i <= 2) {
        assertThat(context.commitRequests()).isEqualTo(i);
        assertThat(careful.isUrgent()).isTrue();
        commit(careful, 1);
        careful.onRecords();
      }
    }
    assertThat(context.commitRequests()).isEqualTo(2);
    assertThat(careful.isUrgent()).isFalse();
  }

  @Test
  void whereTheWorkerCommitsOftenTheTaskRequestsThoseCommits() {
    after(Duration.ofMillis(100));
    commit(careful, 1);
    careful.onRecords();
    after(SHORT);
    careful.requestIfDue();
    assertThat(context.commitRequests()).isOne();
    commit(careful, 1);
    assertThat(inflow.drains).isOne();
  }

  @Test
  void aCommitBeforePartitionsGoIsNoSignOfAWorkerThatCommitsOften() {
    after(Duration.ofMillis(100));
    commit(careful, 1);
    careful.onRevoked(List.of(PARTITION));
    careful.onRecords();
    after(INTERVAL);
    careful.requestIfDue();
    assertThat(context.commitRequests()).isZero();
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
    after(INTERVAL);
    careful.requestIfDue();
  }

  private void after(Duration time) {
    now += time.toNanos();
  }

  private static void commit(CommitDecision commits, long offset) {
    commits.beforeCommit();
    commits.onCommit(Map.of(PARTITION, new OffsetAndMetadata(offset)));
  }

  private static final class Inflow implements Drainable {
    final List<Map<TopicPartition, Long>> committed = new ArrayList<>();
    int drains;
    int resumes;
    boolean drained;
    boolean wantsCommit;

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

    @Override
    public void onCommitted(Map<TopicPartition, Long> offsets) {
      committed.add(offsets);
    }

    @Override
    public boolean wantsCommit() {
      return wantsCommit;
    }
  }
}
