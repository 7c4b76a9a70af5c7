// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import static io.falconnect.sink.input.Inputs.inFlight;
import static io.falconnect.sink.input.Inputs.output;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.falconnect.sink.delivery.InFlightInput;
import io.falconnect.sink.input.Assignment;
import io.falconnect.sink.input.Input;
import io.falconnect.sink.input.Inputs;
import io.falconnect.sink.realtime.CompletionRule.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import okio.ByteString;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.runtime.InternalSinkRecord;
import org.apache.kafka.connect.runtime.errors.ProcessingContext;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

class UnansweredInputsTest {
  private long now;
  private final UnansweredInputs unanswered = flight(Mode.FIRST, 3);

  @Test
  void anEchoedIdWinsOverTheOrder() {
    InFlightInput a = sent("a");
    InFlightInput b = sent("b");
    assertThat(unanswered.findAnswered(output("b"))).isSameAs(b);
    assertThat(unanswered.findAnswered(output("a"))).isSameAs(a);
  }

  @Test
  void withoutAnIdTheOldestIsAnswered() {
    InFlightInput a = sent("a");
    InFlightInput b = sent("b");
    assertThat(unanswered.findAnswered(output(null))).isSameAs(a);
    unanswered.onFinished(a);
    assertThat(unanswered.findAnswered(JsonNodeFactory.instance.textNode("text"))).isSameAs(b);
  }

  @Test
  void anOutputWithAnotherIdAnswersNoInput() {
    InFlightInput a = sent("a");
    sent("b");
    assertThat(unanswered.findAnswered(output("other"))).isNull();
    unanswered.onFinished(a);
    assertThat(unanswered.findAnswered(output("a"))).isNull();
  }

  @Test
  void ifIdsAreEchoedAnOutputWithoutOneAnswersNoInput() {
    InFlightInput a = sent("a");
    sent("b");
    assertThat(unanswered.findAnswered(output("a"))).isSameAs(a);
    assertThat(unanswered.findAnswered(output(null))).isNull();
    unanswered.removeAll();
    sent("c");
    assertThat(unanswered.findAnswered(output(null))).isNull();
  }

  @Test
  void afterAnOverdueInputTheOrderCountsAgain() {
    sent("a");
    unanswered.findAnswered(output("a"));
    unanswered.onOverdue();
    unanswered.removeAll();
    InFlightInput b = sent("b");
    assertThat(unanswered.findAnswered(output(null))).isNull();
    unanswered.onOverdue();
    assertThat(unanswered.findAnswered(output(null))).isSameAs(b);
  }

  @Test
  void finishedInputsAreRememberedWithoutTheirPayload() {
    UnansweredInputs sent = flight(Mode.SENT, 1);
    for (int i = 0; i < 10_001; i++) {
      InFlightInput input = inFlight("id" + i);
      sent.onSent(input);
      sent.onFinished(input);
    }
    assertThat(sent.findAnswered(output("id0"))).isNull();
    InFlightInput oldest = sent.findAnswered(output("id1"));
    assertThat(oldest.requestId()).isEqualTo("id1");
    assertThat(oldest.publication().isEnded()).isTrue();
    assertThat(oldest.publication().takeOutcome()).isNull();
    assertThat(oldest.payload().size()).isZero();
    assertThat(oldest.input().record().value()).isNull();
    assertThat(sent.findAnswered(output("id1"))).isSameAs(oldest);
  }

  @Test
  void finishedInputsAreRememberedWithoutTheBytesOfConnect() {
    ConsumerRecord<byte[], byte[]> bytes =
        new ConsumerRecord<>("in", 1, 7, new byte[] {'k'}, new byte[] {'v'});
    Headers headers = new ConnectHeaders().addString("h", "v");
    SinkRecord read =
        new SinkRecord("in", 1, null, "k", null, "v", 7, 8L, TimestampType.CREATE_TIME, headers);
    SinkRecord moved =
        new InternalSinkRecord(new ProcessingContext<>(bytes), read)
            .newRecord("moved", 2, null, "k", null, "v", 9L);
    Input input = new Input(moved, Inputs.assignment(1), 7, "id", ByteString.EMPTY);
    SinkRecord light = input.withoutPayload().record();
    assertThat(light).isExactlyInstanceOf(SinkRecord.class);
    assertThat(light)
        .isEqualTo(
            new SinkRecord(
                "moved",
                2,
                null,
                "k",
                null,
                null,
                7,
                9L,
                TimestampType.CREATE_TIME,
                headers,
                "in",
                1,
                7));
  }

  @Test
  void ofTwoInputsWithTheSameIdTheSecondWaits() {
    InFlightInput older = sent("same");
    InFlightInput younger = inFlight("same");
    assertThat(unanswered.canSend(younger)).isFalse();
    assertThat(unanswered.canSend(inFlight("other"))).isTrue();
    unanswered.onFinished(older);
    assertThat(unanswered.canSend(younger)).isTrue();
  }

  @Test
  void aBlankIdCountsAsMissing() {
    InFlightInput a = sent("a");
    assertThat(unanswered.findAnswered(output(""))).isSameAs(a);
    assertThat(unanswered.findAnswered(output(" "))).isSameAs(a);
  }

  @Test
  void theOrderCountsOnlyForUnansweredInputsWithoutEchoedIds() {
    assertThat(unanswered.dependsOnOrder()).isFalse();
    sent("a");
    assertThat(unanswered.dependsOnOrder()).isTrue();
    unanswered.findAnswered(output("a"));
    assertThat(unanswered.dependsOnOrder()).isFalse();
    UnansweredInputs sent = flight(Mode.SENT, 1);
    sent.onSent(inFlight("b"));
    assertThat(sent.dependsOnOrder()).isFalse();
  }

  @Test
  void theOldestInputKeepsTheTimeThatItHasWaited() {
    InFlightInput a = inFlight("a");
    now = 10;
    unanswered.onSent(a);
    now = 10;
    unanswered.onSent(inFlight("b"));
    now = 15;
    unanswered.removeAll();
    now = 20;
    unanswered.onSent(a);
    now = 23;
    assertThat(unanswered.oldestWait()).isEqualTo(3);
    now = 24;
    List<InFlightInput> all = unanswered.removeAll();
    assertThat(all).extracting(input -> input.attempts().headWait()).containsExactly(9L);
    now = 30;
    assertThat(unanswered.oldestWait()).isZero();
    a.attempts().addFailure(true, 30, 0);
    assertThat(a.attempts().headWait()).isZero();
  }

  @Test
  void withoutInputsAnOutputAnswersNone() {
    assertThat(unanswered.findAnswered(output(null))).isNull();
    assertThat(unanswered.findAnswered(output("a"))).isNull();
  }

  @Test
  void anInputNearItsLastAttemptIsSentAlone() {
    InFlightInput suspect = inFlight("suspect");
    suspect.attempts().addFailure(true, 0, 0);
    assertThat(unanswered.canSend(suspect)).isTrue();
    suspect.attempts().addFailure(true, 0, 0);
    InFlightInput innocent = sent("innocent");
    assertThat(unanswered.canSend(suspect)).isFalse();
    unanswered.onFinished(innocent);
    assertThat(unanswered.canSend(suspect)).isTrue();
    unanswered.onSent(suspect);
    assertThat(unanswered.canSend(inFlight("next"))).isFalse();
  }

  @Test
  void theWaitOfTheOldestStartsWhenItBecomesTheOldest() {
    now = 10;
    unanswered.onSent(inFlight("a"));
    now = 11;
    unanswered.onSent(inFlight("b"));
    now = 100;
    assertThat(unanswered.oldestWait()).isEqualTo(90);
    now = 20;
    unanswered.onFinished(unanswered.toList().get(1));
    now = 100;
    assertThat(unanswered.oldestWait()).isEqualTo(90);
    now = 21;
    unanswered.onSent(inFlight("c"));
    now = 30;
    unanswered.onFinished(unanswered.oldest());
    now = 100;
    assertThat(unanswered.oldestWait()).isEqualTo(70);
  }

  @Test
  void withCompletionQuietOneInputIsInFlightUntilIdsAreEchoed() {
    UnansweredInputs quiet = flight(Mode.QUIET, 3);
    quiet.onSent(inFlight("a"));
    assertThat(quiet.canSend(inFlight("b"))).isFalse();
    quiet.findAnswered(output("a"));
    assertThat(quiet.canSend(inFlight("b"))).isTrue();
  }

  @Test
  void withCompletionSentAnOutputAnswersItsIdOrTheLatestInput() {
    UnansweredInputs sent = flight(Mode.SENT, 1);
    InFlightInput a = inFlight("a");
    InFlightInput b = inFlight("b");
    sent.onSent(a);
    assertThat(sent.canSend(b)).isTrue();
    sent.onSent(b);
    sent.onFinished(a);
    sent.onFinished(b);
    assertThat(sent.findAnswered(output(null)).requestId()).isEqualTo("b");
    assertThat(sent.findAnswered(output("a")).requestId()).isEqualTo("a");
  }

  @Test
  void revokedInputsStayInTheOrderAndAreNotSentAgain() {
    Assignment assignment = Inputs.assignment(0);
    InFlightInput gone = Inputs.inFlight(Inputs.input(assignment, 0, "gone", 1));
    unanswered.onSent(gone);
    InFlightInput stays = sent("stays");
    assignment.revoke();
    assertThat(unanswered.findAnswered(output(null))).isSameAs(gone);
    assertThat(unanswered.areAllRevoked()).isFalse();
    assertThat(unanswered.removeAll()).containsExactly(stays);
    assertThat(unanswered.areAllRevoked()).isTrue();
  }

  /** A unary app that answers in order, with ids or without: every output finds its input. */
  @Property
  void inOrderEveryOutputFindsItsInput(
      @ForAll @IntRange(min = 1, max = 8) int window, @ForAll boolean echoes, @ForAll long seed) {
    UnansweredInputs flight = flight(Mode.FIRST, window);
    Random random = new Random(seed);
    List<InFlightInput> atTheApp = new ArrayList<>();
    int sent = 0;
    while (sent < 100 || !atTheApp.isEmpty()) {
      InFlightInput next = inFlight("id-" + sent);
      if (sent < 100 && flight.canSend(next) && random.nextBoolean()) {
        now = sent++;
        flight.onSent(next);
        atTheApp.add(next);
        assertThat(flight.size()).isLessThanOrEqualTo(window);
      } else if (!atTheApp.isEmpty()) {
        InFlightInput worked = atTheApp.remove(0);
        assertThat(flight.findAnswered(output(echoes ? worked.requestId() : null)))
            .isSameAs(worked);
        now = sent;
        flight.onFinished(worked);
      }
    }
    assertThat(flight.isEmpty()).isTrue();
  }

  @Test
  void oneIsInFlightUntilTheAppHasEchoedAnId() {
    UnansweredInputs careful =
        unanswered(SessionWindow.of(Mode.FIRST, OptionalInt.empty(), 2), true);
    InFlightInput a = inFlight("a");
    careful.onSent(a);
    assertThat(careful.canSend(inFlight("b"))).isFalse();
    careful.findAnswered(output("a"));
    assertThat(careful.canSend(inFlight("b"))).isTrue();
    careful.onSent(inFlight("b"));
    assertThat(careful.canSend(inFlight("c"))).isFalse();
  }

  @Test
  void anIdThatTheAppHasMadeIsNoneWhereNoneIsSent() {
    UnansweredInputs plain =
        unanswered(SessionWindow.of(Mode.FIRST, OptionalInt.empty(), 2), false);
    InFlightInput a = inFlight("a");
    plain.onSent(a);
    assertThat(plain.findAnswered(output("made"))).isSameAs(a);
    assertThat(plain.canSend(inFlight("b"))).isFalse();
    assertThat(plain.findAnswered(output("a"))).isSameAs(a);
    assertThat(plain.canSend(inFlight("b"))).isTrue();
    assertThat(plain.findAnswered(output("made"))).isNull();
  }

  private UnansweredInputs flight(Mode mode, int window) {
    SessionWindow sessionWindow = SessionWindow.of(mode, OptionalInt.of(window), 2);
    return new UnansweredInputs(mode, sessionWindow, true, 3, () -> now);
  }

  private UnansweredInputs unanswered(SessionWindow window, boolean idsAreSent) {
    return new UnansweredInputs(Mode.FIRST, window, idsAreSent, 3, () -> now);
  }

  private InFlightInput sent(String id) {
    InFlightInput input = inFlight(id);
    unanswered.onSent(input);
    return input;
  }
}
