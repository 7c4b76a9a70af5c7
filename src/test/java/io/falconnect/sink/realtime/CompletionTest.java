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
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompletionTest {
  private static final Duration QUIET = Duration.ofNanos(100);
  private final Inputs.Published published = new Inputs.Published();
  private UnansweredInputs unanswered;
  private Completion completion;
  private long now;

  @Test
  void theFirstFrameIsTheLast() {
    InFlightInput a = begin(Mode.FIRST);
    assertThat(completion.onOutput(a, output("a"), 0)).isTrue();
    assertThat(published.frames).containsExactly("a/0!");
    assertThat(unanswered.isEmpty()).isTrue();
    assertThat(completion.onTimings()).isFalse();
  }

  @Test
  void timingsFinishTheInputThatWasAnsweredLast() {
    InFlightInput a = begin(Mode.TIMINGS);
    unanswered.onSent(inFlight("b"));
    assertThat(completion.onTimings()).isFalse();
    told("a", 1);
    told("a", 2);
    assertThat(published.frames).containsExactly("a/0");
    assertThat(completion.onTimings()).isTrue();
    assertThat(published.frames).containsExactly("a/0", "a/1!");
    assertThat(completion.onTimings()).isFalse();
    assertThat(unanswered.oldest().requestId()).isEqualTo("b");
    assertThat(a.publication().hasKeptOutput()).isFalse();
  }

  @Test
  void silenceFinishesAnInput() {
    begin(Mode.QUIET);
    now = 1_000;
    assertThat(completion.finishQuiet()).isFalse();
    told("a", 1_000);
    told("a", 1_050);
    now = 1_149;
    assertThat(completion.finishQuiet()).isFalse();
    now = 1_150;
    assertThat(completion.finishQuiet()).isTrue();
    assertThat(published.frames).containsExactly("a/0", "a/1!");
  }

  @Test
  void anOrderlyEndFinishesAnInputThatWaitsForSilence() {
    begin(Mode.QUIET);
    assertThat(completion.onOrderlyEnd()).isFalse();
    told("a", 2);
    assertThat(completion.onOrderlyEnd()).isTrue();
    assertThat(published.frames).containsExactly("a/0!");
  }

  @Test
  void inputsThatAreOnlySentAreFinishedWithoutAnAnswer() {
    InFlightInput a = begin(Mode.SENT);
    assertThat(completion.onWritten(0)).isTrue();
    assertThat(completion.onWritten(0)).isFalse();
    assertThat(published.done).containsExactly("a");
    completion.onOutput(a, output("a"), 0);
    completion.onOutput(a, output("a"), 0);
    assertThat(published.frames).containsExactly("a/0", "a/1");
  }

  @Test
  void inputsThatAreOnlySentAreFinishedWhenTheirOwnBytesAreWritten() {
    begin(Mode.SENT);
    unanswered.onSent(inFlight("b"));
    assertThat(completion.onWritten(2)).isFalse();
    assertThat(completion.onWritten(1)).isTrue();
    assertThat(published.done).containsExactly("a");
    unanswered.onSent(inFlight("c"));
    assertThat(completion.onWritten(1)).isTrue();
    assertThat(published.done).containsExactly("a", "b");
  }

  @Test
  void anOrderlyEndIsASuccessIfSomethingWasSent() {
    begin(Mode.SENT);
    completion.onWritten(0);
    assertThat(completion.onOrderlyEnd()).isTrue();
    unanswered.removeAll();
    assertThat(completion.onOrderlyEnd()).isFalse();
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
    assertThat(completion.onOutput(a, output, 0)).isEqualTo(last);
    assertThat(published.frames).containsExactly(last ? "a/0!" : "a/0");
    assertThat(unanswered.isEmpty()).isEqualTo(last);
  }

  @Test
  void anotherAttemptNumbersItsFramesAnew() {
    InFlightInput a = begin(Mode.TIMINGS);
    told("a", 1);
    told("a", 2);
    unanswered.removeAll();
    unanswered.onSent(a);
    told("a", 4);
    completion.onTimings();
    assertThat(published.frames).containsExactly("a/0", "a/0!");
  }

  @Test
  void timingsEndTheOldestInputWithAnOutputAndNoOther() {
    begin(Mode.TIMINGS);
    unanswered.onSent(inFlight("b"));
    assertThat(completion.onTimings()).as("a billing tick").isFalse();
    for (String id : List.of("a", "b")) {
      JsonNode output = output(id);
      completion.onOutput(unanswered.findAnswered(output), output, 0);
    }
    assertThat(completion.onTimings()).isTrue();
    assertThat(completion.onTimings()).isTrue();
    assertThat(published.frames).containsExactly("a/0!", "b/0!");
    assertThat(completion.onTimings()).isFalse();
  }

  private void told(String id, long at) {
    now = at;
    JsonNode output = output(id);
    completion.onOutput(unanswered.findAnswered(output), output, 0);
  }

  private InFlightInput begin(Mode mode) {
    return begin(new CompletionRule(mode, QUIET, null, null));
  }

  private InFlightInput begin(CompletionRule rule) {
    unanswered = new UnansweredInputs(rule.mode(), new SessionWindow(2, 2), true, 3, () -> now);
    completion = new Completion(rule, unanswered, published, () -> now);
    InFlightInput a = inFlight("a");
    unanswered.onSent(a);
    return a;
  }
}
