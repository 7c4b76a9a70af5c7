// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.falconnect.fal.queue.LogLine;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogAlignmentTest {
  /** What a server tells first on a reconnect, of the lines it has told before. */
  private enum Repeats {
    ALL,
    LAST_FEW,
    NONE
  }

  /**
   * One connection.
   *
   * @param few how many of the last lines are repeated
   * @param fresh how many new lines it brings, if it lasts
   * @param cut after how many lines it breaks
   * @param batch how many lines an event has
   * @param restart whether the cursor goes through its text before it
   */
  private record Connection(
      Repeats repeats, int few, int fresh, int cut, int batch, boolean restart) {}

  @Property(tries = 3000)
  void everyLineIsPublishedOnceAndInOrder(@ForAll("connections") List<Connection> connections) {
    List<LogLine> published = new ArrayList<>();
    LogCursor cursor = LogCursor.NONE;
    for (Connection connection : connections) {
      cursor = connection.restart ? LogCursor.parse(cursor.render()) : cursor;
      LogAlignment alignment = new LogAlignment(cursor);
      int known = published.size();
      int first =
          switch (connection.repeats) {
            case ALL -> 0;
            case LAST_FEW -> Math.max(0, known - connection.few);
            case NONE -> known;
          };
      int last = Math.min(known + connection.fresh, first + connection.cut);
      for (int at = first; at < last; at += connection.batch) {
        List<LogLine> event = lines(at, Math.min(last, at + connection.batch));
        published.addAll(alignment.selectNew(event));
      }
      cursor = alignment.cursor();
      assertThat(published).isEqualTo(lines(0, Math.max(known, last)));
      assertThat(cursor.count()).isEqualTo(published.size());
    }
  }

  @Property
  void theLastOfManyLinesAreRecognisedWhenRepeatedInOneEvent(
      @ForAll @IntRange(max = 300) int known,
      @ForAll @IntRange(min = 1, max = 300) int repeated,
      @ForAll @IntRange(max = 20) int more) {
    LogAlignment before = new LogAlignment(LogCursor.NONE);
    before.selectNew(lines(0, known));
    LogAlignment after = new LogAlignment(before.cursor());
    List<LogLine> event = lines(Math.max(0, known - repeated), known + more);
    assertThat(after.selectNew(event)).isEqualTo(lines(known, known + more));
  }

  @Property
  void withinAStreamEqualLinesAreAllPublished(
      @ForAll @Size(max = 60) List<@IntRange(max = 2) Integer> numbers,
      @ForAll @IntRange(min = 1, max = 5) int batch) {
    LogAlignment alignment = new LogAlignment(LogCursor.NONE);
    List<LogLine> told = numbers.stream().map(LogAlignmentTest::undated).toList();
    List<LogLine> published = new ArrayList<>();
    for (int at = 0; at < told.size(); at += batch) {
      published.addAll(alignment.selectNew(told.subList(at, Math.min(told.size(), at + batch))));
    }
    assertThat(published).isEqualTo(told);
  }

  @Property
  void anEventThatTellsAllLinesOnceMoreBringsTheNewOnes(
      @ForAll @Size(max = 20) List<@IntRange(max = 30) Integer> fresh,
      @ForAll @Size(min = 20, max = 20) List<Boolean> all) {
    LogAlignment alignment = new LogAlignment(LogCursor.NONE);
    List<LogLine> published = new ArrayList<>();
    for (int i = 0; i < fresh.size(); i++) {
      int known = published.size();
      published.addAll(alignment.selectNew(lines(all.get(i) ? 0 : known, known + fresh.get(i))));
      assertThat(published).isEqualTo(lines(0, known + fresh.get(i)));
    }
  }

  @Property
  void equalLinesAreRecognisedWhenAllAreRepeated(
      @ForAll @Size(max = 60) List<@IntRange(max = 2) Integer> before,
      @ForAll @Size(max = 10) List<@IntRange(max = 2) Integer> after) {
    LogAlignment first = new LogAlignment(LogCursor.NONE);
    first.selectNew(before.stream().map(LogAlignmentTest::line).toList());
    LogAlignment second = new LogAlignment(LogCursor.parse(first.cursor().render()));
    List<LogLine> told = new ArrayList<>(before.stream().map(LogAlignmentTest::line).toList());
    List<LogLine> fresh = after.stream().map(LogAlignmentTest::line).toList();
    told.addAll(fresh);
    assertThat(second.selectNew(told)).isEqualTo(fresh);
  }

  @Property
  void whereAllLinesAreKnownNoNewOneBehindThemIsLost(
      @ForAll @Size(min = 1, max = 16) List<@IntRange(max = 5) Integer> before,
      @ForAll @Size(max = 20) List<@IntRange(max = 9) Integer> more,
      @ForAll @IntRange(min = 1, max = 8) int batch) {
    List<LogLine> told = new ArrayList<>(List.of(line(9)));
    told.addAll(more.stream().map(LogAlignmentTest::line).toList());
    assertThat(freshAfter(before.stream().map(LogAlignmentTest::line).toList(), told, batch))
        .isEqualTo(told);
  }

  @Property
  void whatFollowsTheRepeatedLinesIsNewWhateverItIs(
      @ForAll @IntRange(min = 1, max = 16) int known,
      @ForAll @IntRange(min = 1, max = 16) int repeated,
      @ForAll @Size(max = 20) List<@IntRange(max = 20) Integer> more,
      @ForAll @IntRange(min = 1, max = 8) int batch) {
    List<LogLine> before = IntStream.range(0, known).mapToObj(LogAlignmentTest::undated).toList();
    List<LogLine> fresh = more.stream().map(LogAlignmentTest::undated).toList();
    List<LogLine> told = new ArrayList<>(before.subList(Math.max(0, known - repeated), known));
    told.addAll(fresh);
    assertThat(freshAfter(before, told, batch)).isEqualTo(fresh);
  }

  private static List<LogLine> freshAfter(List<LogLine> before, List<LogLine> told, int batch) {
    LogAlignment first = new LogAlignment(LogCursor.NONE);
    first.selectNew(before);
    LogAlignment second = new LogAlignment(LogCursor.parse(first.cursor().render()));
    List<LogLine> fresh = new ArrayList<>();
    for (int at = 0; at < told.size(); at += batch) {
      fresh.addAll(second.selectNew(told.subList(at, Math.min(told.size(), at + batch))));
    }
    return fresh;
  }

  @Property
  void theCursorSurvivesItsText(@ForAll @IntRange(max = 200) int count) {
    LogCursor cursor = LogCursor.NONE;
    for (int i = 0; i < count; i++) {
      cursor = cursor.append(LogCursor.computeFingerprint(line(i)));
    }
    String text = cursor.render();
    assertThat(LogCursor.parse(text)).isEqualTo(cursor);
    assertThat(text.length() - Integer.toString(count).length())
        .isLessThanOrEqualTo(2 + 4 * (4 + 12));
  }

  @Test
  void everyPartOfALineCounts() {
    List<LogLine> lines =
        List.of(
            new LogLine("m", "l", "s", "t"),
            new LogLine("x", "l", "s", "t"),
            new LogLine("m", "x", "s", "t"),
            new LogLine("m", "l", "x", "t"),
            new LogLine("m", "l", "s", "x"),
            new LogLine("ms", "l", "", "t"),
            new LogLine(null, null, null, null));
    assertThat(lines.stream().map(LogCursor::computeFingerprint)).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0",
        "0..",
        "0...",
        "x..",
        "-1..",
        "1..",
        "0.AAAA.",
        "0..AAAA",
        "1.AAAA.",
        "1.AAA.AAAA",
        "1.AAAA.AAAAAAAA",
        "5.AAAA.AAAA",
        "1.****.AAAA",
        "99999999999999999999..",
        " 0..",
        "1.AA.AA",
        "1.AAAAA.AAAA"
      })
  void anythingElseIsNoCursor(String text) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LogCursor.parse(text))
        .withMessageContaining("log cursor '" + text + "'");
  }

  @Property
  void anyTextIsACursorOrRefused(@ForAll String text) {
    try {
      assertThat(LogCursor.parse(text).count()).isNotNegative();
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage()).contains("log cursor");
    }
  }

  @Provide
  Arbitrary<List<Connection>> connections() {
    return Combinators.combine(
            Arbitraries.of(Repeats.class),
            Arbitraries.integers().between(1, 12),
            Arbitraries.integers().between(0, 25),
            Arbitraries.integers().between(0, 90),
            Arbitraries.integers().between(1, 30),
            Arbitraries.of(true, false))
        .as(Connection::new)
        .list()
        .ofMaxSize(12);
  }

  private static List<LogLine> lines(int from, int to) {
    List<LogLine> lines = new ArrayList<>();
    for (int i = from; i < to; i++) {
      lines.add(line(i));
    }
    return lines;
  }

  private static LogLine undated(int number) {
    return new LogLine("line " + number, "INFO", "run", null);
  }

  private static LogLine line(int number) {
    return new LogLine("line " + number, "INFO", "run", "2026-01-01T00:00:00." + number + "Z");
  }
}
