// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import static io.falconnect.sink.input.Inputs.output;
import static io.falconnect.sink.input.Inputs.turn;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.falconnect.sink.delivery.Turn;
import io.falconnect.sink.input.Assignment;
import io.falconnect.sink.input.Input;
import io.falconnect.sink.input.Inputs;
import io.falconnect.sink.realtime.CompletionRule.Mode;
import java.util.ArrayList;
import java.util.List;
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

class InFlightTest {
  private final UnansweredInputs inFlight = new UnansweredInputs(Mode.FIRST, 3, 3);

  @Test
  void anEchoedIdWinsOverTheOrder() {
    Turn a = sent("a");
    Turn b = sent("b");
    assertThat(inFlight.answeredBy(output("b"))).isSameAs(b);
    assertThat(inFlight.answeredBy(output("a"))).isSameAs(a);
  }

  @Test
  void withoutAnIdTheOldestIsAnswered() {
    Turn a = sent("a");
    Turn b = sent("b");
    assertThat(inFlight.answeredBy(output(null))).isSameAs(a);
    inFlight.finished(a, 1);
    assertThat(inFlight.answeredBy(JsonNodeFactory.instance.textNode("text"))).isSameAs(b);
  }

  @Test
  void anIdThatIsNotUnderWayIsNobodys() {
    Turn a = sent("a");
    sent("b");
    assertThat(inFlight.answeredBy(output("other"))).isNull();
    inFlight.finished(a, 1);
    assertThat(inFlight.answeredBy(output("a"))).isNull();
  }

  @Test
  void whereIdsAreEchoedAFrameWithoutOneIsNobodys() {
    Turn a = sent("a");
    sent("b");
    assertThat(inFlight.answeredBy(output("a"))).isSameAs(a);
    assertThat(inFlight.answeredBy(output(null))).isNull();
    inFlight.takeAll(0);
    sent("c");
    assertThat(inFlight.answeredBy(output(null))).isNull();
  }

  @Test
  void anAppThatEchoesNoIdsAnyMoreIsFoundOutByAnInputThatIsNotAnswered() {
    sent("a");
    inFlight.answeredBy(output("a"));
    inFlight.overdue();
    inFlight.takeAll(0);
    Turn b = sent("b");
    assertThat(inFlight.answeredBy(output(null))).isNull();
    inFlight.overdue();
    assertThat(inFlight.answeredBy(output(null))).isSameAs(b);
  }

  @Test
  void whatIsDoneWhenItIsSentIsKnownWithoutItsPayload() {
    UnansweredInputs sent = new UnansweredInputs(Mode.SENT, 1, 3);
    for (int i = 0; i < 10_001; i++) {
      Turn turn = turn("id" + i);
      sent.sent(turn, 0);
      sent.finished(turn, 0);
    }
    assertThat(sent.answeredBy(output("id0"))).isNull();
    Turn oldest = sent.answeredBy(output("id1"));
    assertThat(oldest.requestId()).isEqualTo("id1");
    assertThat(oldest.pending.ended()).isTrue();
    assertThat(oldest.pending.settled()).isNull();
    assertThat(oldest.pending.input.payload().size()).isZero();
    assertThat(oldest.pending.input.record().value()).isNull();
    assertThat(sent.answeredBy(output("id1"))).isSameAs(oldest);
  }

  @Test
  void andWithoutTheBytesThatConnectReadItFrom() {
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
  void ofTwoInputsWithOneIdTheYoungerWaitsForTheOlder() {
    Turn older = sent("same");
    Turn younger = turn("same");
    assertThat(inFlight.admits(younger)).isFalse();
    assertThat(inFlight.admits(turn("other"))).isTrue();
    inFlight.finished(older, 1);
    assertThat(inFlight.admits(younger)).isTrue();
  }

  @Test
  void aBlankIdIsNone() {
    Turn a = sent("a");
    assertThat(inFlight.answeredBy(output(""))).isSameAs(a);
    assertThat(inFlight.answeredBy(output(" "))).isSameAs(a);
  }

  @Test
  void onlyWhereNoIdIsEchoedAndSomethingIsUnansweredTheOrderCounts() {
    assertThat(inFlight.countsOnOrder()).isFalse();
    sent("a");
    assertThat(inFlight.countsOnOrder()).isTrue();
    inFlight.answeredBy(output("a"));
    assertThat(inFlight.countsOnOrder()).isFalse();
    UnansweredInputs sent = new UnansweredInputs(Mode.SENT, 1, 3);
    sent.sent(turn("b"), 0);
    assertThat(sent.countsOnOrder()).isFalse();
  }

  @Test
  void theHeadKeepsTheTimeThatItHasWaited() {
    Turn a = turn("a");
    inFlight.sent(a, 10);
    inFlight.sent(turn("b"), 10);
    inFlight.takeAll(15);
    inFlight.sent(a, 20);
    assertThat(inFlight.headFor(23)).isEqualTo(3);
    List<Turn> all = inFlight.takeAll(24);
    assertThat(all).extracting(Turn::waited).containsExactly(9L);
    assertThat(inFlight.headFor(30)).isZero();
    a.failed(true);
    assertThat(a.waited()).isZero();
  }

  @Test
  void nothingUnderWayIsAnsweredByNothing() {
    assertThat(inFlight.answeredBy(output(null))).isNull();
    assertThat(inFlight.answeredBy(output("a"))).isNull();
  }

  @Test
  void aSuspectIsSentAlone() {
    Turn suspect = turn("suspect");
    suspect.failed(true);
    assertThat(inFlight.admits(suspect)).isTrue();
    suspect.failed(true);
    Turn innocent = sent("innocent");
    assertThat(inFlight.admits(suspect)).isFalse();
    inFlight.finished(innocent, 1);
    assertThat(inFlight.admits(suspect)).isTrue();
    inFlight.sent(suspect, 1);
    assertThat(inFlight.admits(turn("next"))).isFalse();
  }

  @Test
  void theClockOfTheHeadStartsWhenItBecomesTheHead() {
    inFlight.sent(turn("a"), 10);
    inFlight.sent(turn("b"), 11);
    assertThat(inFlight.headFor(100)).isEqualTo(90);
    inFlight.finished(inFlight.list().get(1), 20);
    assertThat(inFlight.headFor(100)).isEqualTo(90);
    inFlight.sent(turn("c"), 21);
    inFlight.finished(inFlight.head(), 30);
    assertThat(inFlight.headFor(100)).isEqualTo(70);
  }

  @Test
  void whenOnlySilenceEndsAnInputOneIsSentAtATimeUnlessIdsAreEchoed() {
    UnansweredInputs quiet = new UnansweredInputs(Mode.QUIET, 3, 3);
    quiet.sent(turn("a"), 0);
    assertThat(quiet.admits(turn("b"))).isFalse();
    quiet.answeredBy(output("a"));
    assertThat(quiet.admits(turn("b"))).isTrue();
  }

  @Test
  void whatIsOnlySentIsAnsweredByIdElseByTheLatest() {
    UnansweredInputs sent = new UnansweredInputs(Mode.SENT, 1, 3);
    Turn a = turn("a");
    Turn b = turn("b");
    sent.sent(a, 0);
    assertThat(sent.admits(b)).isTrue();
    sent.sent(b, 0);
    sent.finished(a, 0);
    sent.finished(b, 0);
    assertThat(sent.answeredBy(output(null)).requestId()).isEqualTo("b");
    assertThat(sent.answeredBy(output("a")).requestId()).isEqualTo("a");
  }

  @Test
  void revokedInputsStayInTheOrderAndAreNotSentAgain() {
    Assignment assignment = Inputs.assignment(0);
    Turn gone = new Turn(Inputs.pending(Inputs.input(assignment, 0, "gone", 1)));
    inFlight.sent(gone, 0);
    Turn stays = sent("stays");
    assignment.revoke();
    assertThat(inFlight.answeredBy(output(null))).isSameAs(gone);
    assertThat(inFlight.allRevoked()).isFalse();
    assertThat(inFlight.takeAll(0)).containsExactly(stays);
    assertThat(inFlight.allRevoked()).isTrue();
  }

  /** A unary app that answers in order, with ids or without: every output finds its input. */
  @Property
  void inOrderEveryOutputFindsItsInput(
      @ForAll @IntRange(min = 1, max = 8) int window, @ForAll boolean echoes, @ForAll long seed) {
    UnansweredInputs flight = new UnansweredInputs(Mode.FIRST, window, 3);
    Random random = new Random(seed);
    List<Turn> atTheApp = new ArrayList<>();
    int sent = 0;
    while (sent < 100 || !atTheApp.isEmpty()) {
      Turn next = turn("id-" + sent);
      if (sent < 100 && flight.admits(next) && random.nextBoolean()) {
        flight.sent(next, sent++);
        atTheApp.add(next);
        assertThat(flight.size()).isLessThanOrEqualTo(window);
      } else if (!atTheApp.isEmpty()) {
        Turn worked = atTheApp.remove(0);
        assertThat(flight.answeredBy(output(echoes ? worked.requestId() : null))).isSameAs(worked);
        flight.finished(worked, sent);
      }
    }
    assertThat(flight.isEmpty()).isTrue();
  }

  private Turn sent(String id) {
    Turn turn = turn(id);
    inFlight.sent(turn, 0);
    return turn;
  }
}
