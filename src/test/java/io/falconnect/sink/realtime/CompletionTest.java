// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import static io.falconnect.sink.input.Inputs.inFlight;
import static io.falconnect.sink.input.Inputs.output;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.falconnect.sink.delivery.InFlightInput;
import io.falconnect.sink.input.Inputs;
import io.falconnect.sink.realtime.CompletionRule.Mode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompletionTest {
  private static final Duration QUIET = Duration.ofNanos(100);
  private final Inputs.Published published = new Inputs.Published();
  private UnansweredInputs inFlight;
  private Completion completion;

  @Test
  void theFirstFrameIsTheLast() {
    InFlightInput a = begin(Mode.FIRST);
    assertThat(completion.output(a, output("a"), 0, 1)).isTrue();
    assertThat(published.frames).containsExactly("a/0!");
    assertThat(inFlight.isEmpty()).isTrue();
    assertThat(completion.timings(2)).isFalse();
  }

  @Test
  void aTimingsMessageEndsTheInputThatWasAnsweredLast() {
    InFlightInput a = begin(Mode.TIMINGS);
    inFlight.sent(inFlight("b"), 0);
    assertThat(completion.timings(1)).isFalse();
    told("a", 1);
    told("a", 2);
    assertThat(published.frames).containsExactly("a/0");
    assertThat(completion.timings(3)).isTrue();
    assertThat(published.frames).containsExactly("a/0", "a/1!");
    assertThat(completion.timings(4)).isFalse();
    assertThat(inFlight.head().requestId()).isEqualTo("b");
    assertThat(a.publication().hasKeptOutput()).isFalse();
  }

  @Test
  void silenceEndsAnInput() {
    begin(Mode.QUIET);
    assertThat(completion.quiet(1_000)).isFalse();
    told("a", 1_000);
    told("a", 1_050);
    assertThat(completion.quiet(1_149)).isFalse();
    assertThat(completion.quiet(1_150)).isTrue();
    assertThat(published.frames).containsExactly("a/0", "a/1!");
  }

  @Test
  void aCleanEndOfTheSessionEndsAnInputThatWasWaitingForSilence() {
    begin(Mode.QUIET);
    assertThat(completion.closed(1)).isFalse();
    told("a", 2);
    assertThat(completion.closed(3)).isTrue();
    assertThat(published.frames).containsExactly("a/0!");
  }

  @Test
  void whatIsOnlySentIsDoneWithoutAnAnswer() {
    InFlightInput a = begin(Mode.SENT);
    assertThat(completion.sent(0, 1)).isTrue();
    assertThat(completion.sent(0, 2)).isFalse();
    assertThat(published.done).containsExactly("a");
    completion.output(a, output("a"), 0, 3);
    completion.output(a, output("a"), 0, 4);
    assertThat(published.frames).containsExactly("a/0", "a/1");
  }

  @Test
  void whatIsOnlySentIsDoneWhenItsOwnBytesHaveLeft() {
    begin(Mode.SENT);
    inFlight.sent(inFlight("b"), 0);
    assertThat(completion.sent(2, 1)).isFalse();
    assertThat(completion.sent(1, 2)).isTrue();
    assertThat(published.done).containsExactly("a");
    inFlight.sent(inFlight("c"), 3);
    assertThat(completion.sent(1, 4)).isTrue();
    assertThat(published.done).containsExactly("a", "b");
  }

  @Test
  void aCleanEndIsAGoodOneForWhatWasSent() {
    begin(Mode.SENT);
    completion.sent(0, 1);
    assertThat(completion.closed(2)).isTrue();
    inFlight.takeAll(3);
    assertThat(completion.closed(4)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/done  |      | {'done': true}    | true",
        "/done  |      | {'done': false}   | false",
        "/done  |      | {'done': null}    | false",
        "/done  |      | {}                | false",
        "/done  |      | {'done': {}}      | true",
        "/a/0/b | last | {'a':[{'b':'last'}]} | true",
        "/a/0/b | last | {'a':[{'b':'mid'}]}  | false",
        "/n     | 3    | {'n': 3}          | true",
        "/done  | true | {'done': 'true'}  | true",
        "/done  | x    | {'done': {'x':1}} | false"
      })
  void aFieldMarksTheLastFrame(String field, String value, String json, boolean last)
      throws Exception {
    CompletionRule rule = new CompletionRule(Mode.FIELD, QUIET, JsonPointer.compile(field), value);
    JsonNode output = new ObjectMapper().readTree(json.replace('\'', '"'));
    InFlightInput a = begin(rule);
    assertThat(completion.output(a, output, 0, 1)).isEqualTo(last);
    assertThat(published.frames).containsExactly(last ? "a/0!" : "a/0");
    assertThat(inFlight.isEmpty()).isEqualTo(last);
  }

  @Test
  void anotherAttemptNumbersItsFramesAnew() {
    InFlightInput a = begin(Mode.TIMINGS);
    told("a", 1);
    told("a", 2);
    inFlight.takeAll(2);
    inFlight.sent(a, 3);
    told("a", 4);
    completion.timings(5);
    assertThat(published.frames).containsExactly("a/0", "a/0!");
  }

  private void told(String id, long now) {
    JsonNode output = output(id);
    completion.output(inFlight.answeredBy(output), output, 0, now);
  }

  private InFlightInput begin(Mode mode) {
    return begin(new CompletionRule(mode, QUIET, null, null));
  }

  private InFlightInput begin(CompletionRule rule) {
    inFlight = new UnansweredInputs(rule.mode(), 2, 3);
    completion = new Completion(rule, inFlight, published);
    InFlightInput a = inFlight("a");
    inFlight.sent(a, 0);
    return a;
  }
}
