// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.sink.delivery.InFlightInput;
import io.falconnect.sink.delivery.UncommittedInputs;
import io.falconnect.sink.input.Assignment;
import io.falconnect.sink.input.Inputs;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StartLimitTest {
  private final UncommittedInputs uncommitted = new UncommittedInputs(6);
  private final StartLimit limit = new StartLimit(uncommitted);
  private final Assignment assignment = Inputs.assignment(0);
  private final UnansweredInputs unanswered =
      new UnansweredInputs(
          CompletionRule.Mode.FIRST, new SessionWindow(1, 1), true, 3, System::nanoTime);
  private long nextOffset;

  @Test
  void aLaneSendsNothingNewWhileTwoAnsweredInputsWaitForKafka() {
    InFlightInput first = sendAndAnswer();
    InFlightInput second = sendAndAnswer();
    assertThat(mayStart(input())).isFalse();
    // What was sent before may be sent again on another session.
    assertThat(mayStart(first)).isTrue();
    limit.onSettled(second.input());
    assertThat(mayStart(input())).isTrue();
  }

  @Test
  void unansweredInputsAreTheWindowsAffair() {
    sendAndAnswer();
    send();
    assertThat(mayStart(input())).isTrue();
  }

  @Test
  void asManyInputsAreSentAsMayBeUncommitted() {
    for (int i = 0; i < 6; i++) {
      assertThat(uncommitted.wantsCommit()).isEqualTo(i >= 3);
      limit.onSettled(sendAndAnswer().input());
    }
    assertThat(mayStart(input())).isFalse();
    uncommitted.onCommitted(Map.of(Inputs.assignment(1).partition(), 9L));
    assertThat(mayStart(input())).isFalse();
    uncommitted.onCommitted(Map.of(assignment.partition(), 1L));
    assertThat(mayStart(input())).isTrue();
  }

  @Test
  void revokedInputsAreForgotten() {
    sendAndAnswer();
    sendAndAnswer();
    for (int i = 0; i < 4; i++) {
      send();
    }
    assignment.revoke();
    limit.dropRevoked();
    uncommitted.dropRevoked();
    assertThat(uncommitted.wantsCommit()).isFalse();
    assertThat(mayStart(Inputs.inFlight(Inputs.input(Inputs.assignment(0), 0, "again", 1))))
        .isTrue();
  }

  private boolean mayStart(InFlightInput input) {
    return limit.mayStart(input, unanswered);
  }

  private InFlightInput sendAndAnswer() {
    InFlightInput input = send();
    unanswered.onFinished(input);
    return input;
  }

  private InFlightInput send() {
    InFlightInput input = input();
    unanswered.onSent(input);
    limit.onSent(input);
    return input;
  }

  private InFlightInput input() {
    long offset = nextOffset++;
    return Inputs.inFlight(Inputs.input(assignment, offset, "r" + offset, 1));
  }
}
