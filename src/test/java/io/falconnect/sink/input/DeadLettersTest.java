// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DeadLettersTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final List<CompletableFuture<Void>> arrivals = new ArrayList<>();
  private final List<String> done = new ArrayList<>();

  /** Nano times may be anything. */
  private long now = Long.MAX_VALUE - 5;

  /** For how long each reading of the clock takes. */
  private long readNanos;

  private final DeadLetters letters =
      new DeadLetters(
          (record, why) -> {
            arrivals.add(new CompletableFuture<>());
            return arrivals.get(arrivals.size() - 1);
          },
          SinkMetrics.ofCalls(() -> now),
          () -> now += readNanos);

  @Test
  void anInputIsDoneWhenItsLetterHasArrivedAndThoseBefore() {
    report("a", "b");
    arrivals.get(1).complete(null);
    settle(Duration.ZERO);
    assertThat(done).isEmpty();
    arrivals.get(0).complete(null);
    settle(Duration.ZERO);
    assertThat(done).containsExactly("a", "b");
  }

  @Test
  void lettersOnTheirWayAreWaitedFor() {
    report("a", "b");
    arrivals.get(1).complete(null);
    arrivals.get(0).completeOnTimeout(null, 200, TimeUnit.MILLISECONDS);
    settle(LIMIT);
    assertThat(done).containsExactly("a", "b");
  }

  @Test
  void butNotForEver() {
    report("a");
    settle(Duration.ofMillis(20));
    assertThat(done).isEmpty();
  }

  @Test
  @Timeout(10)
  void theLimitIsForAllLettersTogether() {
    report("a", "b", "c");
    arrivals.get(0).complete(null);
    readNanos = LIMIT.toNanos() / 2 + 1;
    settle(LIMIT);
    assertThat(done).containsExactly("a");
  }

  @Test
  void aLetterThatIsNotTakenIsToldOf() {
    report("a");
    arrivals.get(0).completeExceptionally(new IllegalStateException("not authorized"));
    assertThatThrownBy(() -> settle(LIMIT))
        .isInstanceOf(ConnectException.class)
        .hasMessageContainingAll("The dead letter queue did not take input a", "not authorized");
    assertThat(done).isEmpty();
  }

  @Test
  void inputsOfRevokedPartitionsAreNeitherReportedNorWaitedFor() {
    Assignment assignment = Inputs.assignment(0);
    InputOutcome.Failed gone =
        new InputOutcome.Failed(Inputs.input(assignment, 0, "gone", 1), "E", "reason");
    letters.report(gone);
    report("a");
    assertThat(arrivals).hasSize(2);
    assignment.revoke();
    letters.onRevoked();
    letters.report(gone);
    assertThat(arrivals).hasSize(2);
    arrivals.get(0).completeExceptionally(new IllegalStateException("not authorized"));
    arrivals.get(1).complete(null);
    settle(Duration.ZERO);
    assertThat(done).containsExactly("a");
  }

  private void report(String... ids) {
    for (String id : ids) {
      Input input = Inputs.input(Inputs.assignment(0), 0, id, 1);
      letters.report(new InputOutcome.Failed(input, "E", "reason"));
    }
  }

  private void settle(Duration patience) {
    letters.settle(patience, input -> done.add(input.requestId()));
  }
}
