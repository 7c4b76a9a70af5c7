// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.falconnect.fal.queue.LogLine;
import io.falconnect.source.Configs;
import io.falconnect.source.state.LedgerTrial;
import io.falconnect.source.state.Outcome;
import io.falconnect.source.state.StatusEvent;
import io.falconnect.source.watch.WatchTrial;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

class RecordLimitTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long MIN = 65_536;

  @Property
  void aTextTakesNoMoreThanItsSize(@ForAll("texts") String text) throws Exception {
    assertThat((long) JSON.writeValueAsBytes(text).length)
        .isLessThanOrEqualTo(RecordLimit.sizeOf(text));
  }

  @Property(tries = 60)
  void anEventIsMadeToFit(
      @ForAll("texts") String piece,
      @ForAll @IntRange(max = 40_000) int error,
      @ForAll @IntRange(max = 40) int lines,
      @ForAll @IntRange(max = 40_000) int line,
      @ForAll @IntRange(max = 100_000) int raw) {
    StatusEvent event =
        event(repeated(piece, error), lines(lines, repeated(piece, line)), repeated(piece, raw));
    StatusEvent fit = new RecordLimit(MIN).fitEvent(event);
    assertThat(jsonSize(fit)).isLessThanOrEqualTo(MIN);
    List<LogLine> kept = new ArrayList<>(fit.logs());
    boolean whole = fit.equals(event);
    boolean notice = !whole && !kept.isEmpty() && isNotice(kept.get(0));
    if (notice) {
      kept.remove(0);
    }
    assertThat(event.logs()).endsWith(kept.toArray(new LogLine[0]));
    int lost = event.logs().size() - kept.size();
    assertThat(notice).isEqualTo(lost > 0 || (!whole && event.raw() != null));
    if (lost > 0) {
      assertThat(fit.logs().get(0).message()).startsWith(lost + " log lines");
    }
  }

  @Test
  void whatFitsIsLeftAlone() {
    StatusEvent event = event("e", lines(3, "m"), "{}");
    assertThat(new RecordLimit(MIN).fitEvent(event)).isSameAs(event);
  }

  @Test
  void aLineOfAMegabyteIsLeftOutAndTheOthersStay() {
    List<LogLine> lines = new ArrayList<>(lines(2, "old"));
    lines.add(new LogLine("x".repeat(1 << 20), "INFO", "run", "t"));
    lines.addAll(lines(2, "new"));
    StatusEvent fit = new RecordLimit(1 << 20).fitEvent(event(null, lines, null));
    assertThat(fit.logs()).hasSize(5);
    assertThat(isNotice(fit.logs().get(0))).isTrue();
    assertThat(fit.logs().get(0).message()).contains("1 log lines", "1048576 bytes");
    assertThat(fit.logs().subList(1, 3)).isEqualTo(lines(2, "old"));
    assertThat(fit.logs().subList(3, 5)).isEqualTo(lines(2, "new"));
  }

  @Test
  void hugeFieldsOfAnyKindFit() {
    String huge = "x".repeat(1_000_000);
    Map<String, Double> metrics = new LinkedHashMap<>();
    for (int i = 0; i < 10_000; i++) {
      metrics.put("metric " + i, 1.0 / 3);
    }
    StatusEvent event =
        new StatusEvent(
            WatchTrial.request("a/b", "r"),
            0,
            "COMPLETED",
            Outcome.FAILED,
            1L,
            List.of(),
            metrics,
            "https://q/" + huge,
            huge,
            huge,
            null,
            0);
    assertThat(jsonSize(new RecordLimit(MIN).fitEvent(event))).isLessThanOrEqualTo(MIN);
  }

  @Property
  void aNestedTextTakesNoMoreThanItsSize(@ForAll("texts") String text) throws Exception {
    String json = JSON.writeValueAsString(Map.of("a", text));
    long max = JSON.writeValueAsBytes(Map.of("a", text)).length;
    assertThat(new RecordLimit(8 * 1024 + max - 1).hasRoomForNested(json)).isFalse();
    assertThat(new RecordLimit(8 * 1024 + 8 * max).hasRoomForNested(json)).isTrue();
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.strings()
        .withChars("a\"\\\u0001\n\u007f\u00e9\u20ac\u2028\ud83d\ude00")
        .ofMinLength(1)
        .ofMaxLength(30);
  }

  private static boolean isNotice(LogLine line) {
    return RecordLimit.NOTICE_SOURCE.equals(line.source());
  }

  private static String repeated(String piece, int length) {
    return length == 0 ? null : piece.repeat(length / piece.length() + 1).substring(0, length);
  }

  private static List<LogLine> lines(int count, String message) {
    List<LogLine> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add(new LogLine(message, "INFO", "run", "t" + i));
    }
    return lines;
  }

  private static StatusEvent event(String error, List<LogLine> lines, String raw) {
    return new StatusEvent(
        WatchTrial.request("a/b", "r"),
        0,
        "COMPLETED",
        Outcome.FAILED,
        1L,
        lines,
        Map.of("m", 1.0),
        "https://q/r",
        error,
        "t",
        raw,
        0);
  }

  /** As the widest of the usual converters writes it, schema and all. */
  private static long jsonSize(StatusEvent event) {
    RecordFactory records =
        new RecordFactory(
            Configs.config("status.include.raw", "true", "status.max.record.bytes", "9999999999")
                .records());
    SourceRecord record = records.createStatus(LedgerTrial.ledger("t", 0), 0, event);
    try (JsonConverter converter = new JsonConverter()) {
      converter.configure(Map.of("schemas.enable", "true"), false);
      return converter.fromConnectData("t", record.valueSchema(), record.value()).length;
    }
  }
}
