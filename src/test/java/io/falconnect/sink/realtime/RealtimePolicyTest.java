// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import static io.falconnect.sink.input.Inputs.inFlight;
import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.connect.RateLimitedLog;
import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.failure.FalFailure.Whose;
import io.falconnect.fal.realtime.RealtimeEncoding;
import io.falconnect.fal.realtime.SessionEnd;
import io.falconnect.fal.realtime.SessionEnd.How;
import io.falconnect.sink.SinkConfigs;
import io.falconnect.sink.delivery.UncommittedInputs;
import io.falconnect.sink.input.Inputs;
import io.falconnect.sink.input.SinkMetrics;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** What follows from whose failure the end of a session is. */
class RealtimePolicyTest {
  private final Inputs.Published published = new Inputs.Published();
  private final RealtimeConfig config =
      SinkConfigs.config("errors.tolerance", "all", "realtime.max.attempts", "2").realtime();
  private final SinkMetrics metrics = SinkMetrics.ofSessions(System::nanoTime);
  private long now;
  private final UnansweredInputs unanswered =
      new UnansweredInputs(
          config.completionRule().mode(),
          new SessionWindow(2, 2),
          true,
          config.maxAttempts(),
          () -> now);
  private final SessionQueue queue =
      new SessionQueue(
          unanswered, new StartLimit(new UncommittedInputs(100)), input -> {}, published, metrics);
  private final SessionOpener opener = new SessionOpener(config.backoff(), () -> now);
  private final SessionAccess access =
      new SessionAccess(config, published, metrics.refusals(), () -> now);
  private final SessionEncoding encoding =
      new SessionEncoding(Optional.of(RealtimeEncoding.JSON), (input, next) -> input.payload());
  private final RealtimePolicy policy =
      new RealtimePolicy(
          config,
          encoding,
          encoding::current,
          unanswered,
          queue,
          opener,
          access,
          new RateLimitedLog(
              LoggerFactory.getLogger(RealtimePolicyTest.class), Duration.ofHours(1), () -> now),
          metrics,
          () -> now);

  @ParameterizedTest
  @EnumSource(
      value = Whose.class,
      names = {"NOBODY", "REQUEST_FOR_NOW", "UNKNOWN"})
  void unansweredInputsAreSentAgainAfterABackoff(Whose whose) {
    send("a", "b");
    end(How.BROKEN, whose);
    assertThat(unanswered.isEmpty()).isTrue();
    assertThat(queue.size()).isEqualTo(2);
    assertThat(opener.isDue()).isFalse();
  }

  @Test
  void aFailureOfNobodyFailsNoInput() {
    for (int i = 0; i < 10; i++) {
      send(i == 0 ? new String[] {"a"} : new String[0]);
      end(How.BROKEN, Whose.NOBODY);
    }
    assertThat(published.failed).isEmpty();
  }

  @Test
  void aFailureOfTheRequestFailsTheOldestInputAfterItsLastAttemptAlone() {
    send("a", "b");
    end(How.BROKEN, Whose.REQUEST_FOR_NOW);
    send();
    assertThat(unanswered.size()).isEqualTo(1);
    end(How.BROKEN, Whose.REQUEST_FOR_NOW);
    assertThat(published.failed).containsExactly("a: SESSION_LOST");
  }

  @Test
  void anUnknownFailureCountsAgainstAnInputThatWasAlone() {
    send("a", "b");
    end(How.BROKEN, Whose.UNKNOWN);
    send();
    end(How.BROKEN, Whose.UNKNOWN);
    assertThat(published.failed).isEmpty();
    send();
    end(How.BROKEN, Whose.UNKNOWN);
    assertThat(published.failed).containsExactly("a: SESSION_LOST");
  }

  @Test
  void anOrderlyEndOfASuccessfulSessionCountsAgainstNoInput() {
    for (int i = 0; i < 10; i++) {
      send(i == 0 ? new String[] {"a"} : new String[0]);
      opener.markSuccessful();
      end(How.ORDERLY, Whose.UNKNOWN);
      assertThat(opener.isDue()).isTrue();
    }
    assertThat(published.failed).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = Whose.class,
      names = {"ACCOUNT", "REQUEST_FOR_GOOD"})
  void aRefusedSessionIsNoInputsFault(Whose whose) {
    queue.add(inFlight("a"));
    queue.add(inFlight("b"));
    for (int i = 0; i < 10; i++) {
      end(How.NOT_OPENED, whose);
      access.settle(false);
    }
    assertThat(published.failed).isEmpty();
    assertThat(queue.size()).isEqualTo(2);
  }

  @Test
  void aSessionThatIsClosedAsRefusedCountsAgainstNobody() {
    for (int i = 0; i < 10; i++) {
      send(i == 0 ? new String[] {"a"} : new String[0]);
      end(How.CLOSED_AS_REFUSED, Whose.NOBODY);
      assertThat(opener.isDue()).as("only another token is tried at once").isEqualTo(i == 0);
      access.settle(false);
    }
    assertThat(published.failed).isEmpty();
    assertThat(queue.size()).isEqualTo(1);
  }

  @Test
  void aRefusedTokenIsReplacedAtOnce() {
    queue.add(inFlight("a"));
    end(How.TOKEN_REFUSED, Whose.ACCOUNT);
    assertThat(opener.isDue()).isTrue();
    end(How.TOKEN_REFUSED, Whose.ACCOUNT);
    assertThat(opener.isDue()).isFalse();
  }

  private void send(String... ids) {
    for (String id : ids) {
      queue.add(inFlight(id));
    }
    queue.sendTo(payload -> true);
  }

  private void end(How how, Whose whose) {
    policy.onOpening();
    policy.onSessionEnd(
        new SessionEnd(how, new FalFailure(whose, Cause.CONNECTION, "over", 403, null, null)));
  }
}
