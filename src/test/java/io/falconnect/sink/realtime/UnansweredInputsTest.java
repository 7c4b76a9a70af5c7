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
  private final UnansweredInputs inFlight = new UnansweredInputs(Mode.FIRST, 3, 3);

  @Test
  void anEchoedIdWinsOverTheOrder() {
    InFlightInput a = sent("a");
    InFlightInput b = sent("b");
    assertThat(inFlight.answeredBy(output("b"))).isSameAs(b);
    assertThat(inFlight.answeredBy(output("a"))).isSameAs(a);
  }

  @Test
  void withoutAnIdTheOldestIsAnswered() {
    InFlightInput a = sent("a");
    InFlightInput b = sent("b");
    assertThat(inFlight.answeredBy(output(null))).isSameAs(a);
    inFlight.finished(a, 1);
    assertThat(inFlight.answeredBy(JsonNodeFactory.instance.textNode("text"))).isSameAs(b);
  }

  @Test
  void anIdThatIsNotUnderWayIsNobodys() {
    InFlightInput a = sent("a");
    sent("b");
    assertThat(inFlight.answeredBy(output("other"))).isNull();
    inFlight.finished(a, 1);
    assertThat(inFlight.answeredBy(output("a"))).isNull();
  }

  @Test
  void whereIdsAreEchoedAFrameWithoutOneIsNobodys() {
    InFlightInput a = sent("a");
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
    InFlightInput b = sent("b");
    assertThat(inFlight.answeredBy(output(null))).isNull();
    inFlight.overdue();
    assertThat(inFlight.answeredBy(output(null))).isSameAs(b);
  }

  @Test
  void whatIsDoneWhenItIsSentIsKnownWithoutItsPayload() {
    UnansweredInputs sent = new UnansweredInputs(Mode.SENT, 1, 3);
    for (int i = 0; i < 10_001; i++) {
      InFlightInput input = inFlight("id" + i);
      sent.sent(input, 0);
      sent.finished(input, 0);
    }
    assertThat(sent.answeredBy(output("id0"))).isNull();
    InFlightInput oldest = sent.answeredBy(output("id1"));
    assertThat(oldest.requestId()).isEqualTo("id1");
    assertThat(oldest.publication().isEnded()).isTrue();
    assertThat(oldest.publication().takeOutcome()).isNull();
    assertThat(oldest.payload().size()).isZero();
    assertThat(oldest.input().record().value()).isNull();
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
    InFlightInput older = sent("same");
    InFlightInput younger = inFlight("same");
    assertThat(inFlight.admits(younger)).isFalse();
    assertThat(inFlight.admits(inFlight("other"))).isTrue();
    inFlight.finished(older, 1);
    assertThat(inFlight.admits(younger)).isTrue();
  }

  @Test
  void aBlankIdIsNone() {
    InFlightInput a = sent("a");
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
    sent.sent(inFlight("b"), 0);
    assertThat(sent.countsOnOrder()).isFalse();
  }

  @Test
  void theHeadKeepsTheTimeThatItHasWaited() {
    InFlightInput a = inFlight("a");
    inFlight.sent(a, 10);
    inFlight.sent(inFlight("b"), 10);
    inFlight.takeAll(15);
    inFlight.sent(a, 20);
    assertThat(inFlight.headFor(23)).isEqualTo(3);
    List<InFlightInput> all = inFlight.takeAll(24);
    assertThat(all).extracting(input -> input.attempts().headWait()).containsExactly(9L);
    assertThat(inFlight.headFor(30)).isZero();
    a.attempts().addFailure(true, 30, 0);
    assertThat(a.attempts().headWait()).isZero();
  }

  @Test
  void nothingUnderWayIsAnsweredByNothing() {
    assertThat(inFlight.answeredBy(output(null))).isNull();
    assertThat(inFlight.answeredBy(output("a"))).isNull();
  }

  @Test
  void aSuspectIsSentAlone() {
    InFlightInput suspect = inFlight("suspect");
    suspect.attempts().addFailure(true, 0, 0);
    assertThat(inFlight.admits(suspect)).isTrue();
    suspect.attempts().addFailure(true, 0, 0);
    InFlightInput innocent = sent("innocent");
    assertThat(inFlight.admits(suspect)).isFalse();
    inFlight.finished(innocent, 1);
    assertThat(inFlight.admits(suspect)).isTrue();
    inFlight.sent(suspect, 1);
    assertThat(inFlight.admits(inFlight("next"))).isFalse();
  }

  @Test
  void theClockOfTheHeadStartsWhenItBecomesTheHead() {
    inFlight.sent(inFlight("a"), 10);
    inFlight.sent(inFlight("b"), 11);
    assertThat(inFlight.headFor(100)).isEqualTo(90);
    inFlight.finished(inFlight.list().get(1), 20);
    assertThat(inFlight.headFor(100)).isEqualTo(90);
    inFlight.sent(inFlight("c"), 21);
    inFlight.finished(inFlight.head(), 30);
    assertThat(inFlight.headFor(100)).isEqualTo(70);
  }

  @Test
  void whenOnlySilenceEndsAnInputOneIsSentAtATimeUnlessIdsAreEchoed() {
    UnansweredInputs quiet = new UnansweredInputs(Mode.QUIET, 3, 3);
    quiet.sent(inFlight("a"), 0);
    assertThat(quiet.admits(inFlight("b"))).isFalse();
    quiet.answeredBy(output("a"));
    assertThat(quiet.admits(inFlight("b"))).isTrue();
  }

  @Test
  void whatIsOnlySentIsAnsweredByIdElseByTheLatest() {
    UnansweredInputs sent = new UnansweredInputs(Mode.SENT, 1, 3);
    InFlightInput a = inFlight("a");
    InFlightInput b = inFlight("b");
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
    InFlightInput gone = Inputs.inFlight(Inputs.input(assignment, 0, "gone", 1));
    inFlight.sent(gone, 0);
    InFlightInput stays = sent("stays");
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
    List<InFlightInput> atTheApp = new ArrayList<>();
    int sent = 0;
    while (sent < 100 || !atTheApp.isEmpty()) {
      InFlightInput next = inFlight("id-" + sent);
      if (sent < 100 && flight.admits(next) && random.nextBoolean()) {
        flight.sent(next, sent++);
        atTheApp.add(next);
        assertThat(flight.size()).isLessThanOrEqualTo(window);
      } else if (!atTheApp.isEmpty()) {
        InFlightInput worked = atTheApp.remove(0);
        assertThat(flight.answeredBy(output(echoes ? worked.requestId() : null))).isSameAs(worked);
        flight.finished(worked, sent);
      }
    }
    assertThat(flight.isEmpty()).isTrue();
  }

  private InFlightInput sent(String id) {
    InFlightInput input = inFlight(id);
    inFlight.sent(input, 0);
    return input;
  }
}
