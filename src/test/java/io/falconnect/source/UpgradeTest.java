// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import static io.falconnect.source.watch.WatchTrial.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.falconnect.fal.queue.LogLine;
import io.falconnect.source.state.LogCursor;
import io.falconnect.source.state.Outcome;
import io.falconnect.source.state.PartitionLedger;
import io.falconnect.source.state.SourceOffset;
import io.falconnect.source.state.WatchState;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;

/**
 * Stored state: {@code upgrade/source-offsets-v2.json} is what this format's first version wrote.
 * It stays as it is; a later format gets a file of its own beside it.
 */
class UpgradeTest {
  private static final String FLUX = "fal-ai/flux/dev";
  private static final String POSTER = "workflows/acme/poster";
  private static final String UPSCALER = "acme/upscaler";

  /** Every state that a watch can be in. */
  private static final List<WatchState> STORED =
      List.of(
          WatchState.initial(request(FLUX, "asked"), 0, false),
          WatchState.initial(request(FLUX, "asked-with-logs"), 1, true),
          new WatchState(request(FLUX, "queued"), 2, 2, "IN_QUEUE", 1L, null, null),
          new WatchState(request(POSTER, "running"), 4, 3, "IN_PROGRESS", null, lines(2), null),
          new WatchState(request(POSTER, "talkative"), 5, 40, "IN_PROGRESS", null, lines(20), null),
          new WatchState(
              request(UPSCALER, "result-due"), 6, 3, "COMPLETED", null, null, Outcome.SUCCEEDED),
          new WatchState(
              request(UPSCALER, "failed-result-due"),
              7,
              2,
              "COMPLETED",
              null,
              lines(1),
              Outcome.FAILED),
          new WatchState(
              request(UPSCALER, "odd"), 9, 1, "WAITING \"é\"", 0L, LogCursor.NONE, null));

  @Test
  void whatVersion2StoredIsReadAsItWasMeant() {
    PartitionLedger ledger = restored(stored());
    assertThat(ledger.next()).hasValue(10);
    assertThat(ledger.listOldestFirst()).isEqualTo(STORED);
    assertThat(ledger.isDone(9)).isTrue();
    // An operator's floor.
    assertThat(restored(stored(), 1).next()).hasValue(700);
  }

  /** Else an older worker of the group could not read it: a rolling upgrade has both. */
  @Test
  void whatVersion2StoredIsWrittenAgainAsItWas() {
    Map<Map<String, Object>, Map<String, Object>> stored = stored();
    stored.keySet().removeIf(key -> !key.containsKey("shard"));
    assertThat(stored).hasSize(STORED.size() + 1);
    stored
        .values()
        .forEach(offset -> assertThat(SourceOffset.parse(offset)).isEqualTo(read(offset)));
  }

  /** Through JSON, so that integers are of one type. */
  private static Map<String, Object> read(Map<String, Object> offset) {
    Map<String, Object> longs = new HashMap<>(offset);
    longs.replaceAll((key, value) -> value instanceof Integer one ? one.longValue() : value);
    longs.put("partitions", offset.get("partitions"));
    return longs;
  }

  @Test
  void aLaterFormatIsRefusedByName() {
    Map<Map<String, Object>, Map<String, Object>> stored = stored();
    Map<String, Object> later = stored.get(Map.<String, Object>of("partition", 0, "shard", 0));
    later.put(SourceOffset.VERSION, 3);
    later.put("more", "than is known here");
    assertThatExceptionOfType(ConnectException.class)
        .isThrownBy(() -> restored(stored))
        .withMessage(
            "The stored source offset of {\"partition\":0,\"shard\":0} cannot be understood: offset"
                + " version 3 is not known to this version of the connector");
  }

  @Test
  void version1IsRefusedInClearWords() throws IOException {
    Map<String, Object> version1 = Map.of("version", 1, "next", 10, "open", "{}");
    assertThatExceptionOfType(ConnectException.class)
        .isThrownBy(
            () -> restored(Map.of(Map.of("topic", "fal.requests", "partition", 0), version1)))
        .withMessageContaining("topic=fal.requests")
        .withMessageContaining("format version 1, which this version of the connector cannot read")
        .withMessageContaining("DELETE /connectors/{name}/offsets");
  }

  private static PartitionLedger restored(Map<Map<String, Object>, Map<String, Object>> stored) {
    return restored(stored, 0);
  }

  private static PartitionLedger restored(
      Map<Map<String, Object>, Map<String, Object>> stored, int partition) {
    TopicPartition one = new TopicPartition("fal.requests", partition);
    return LedgerStore.restoreLedgers(List.of(one), 2, new StoredTrial(stored)).get(one);
  }

  private static Map<Map<String, Object>, Map<String, Object>> stored() {
    Map<Map<String, Object>, Map<String, Object>> stored = new HashMap<>();
    try (InputStream file =
        UpgradeTest.class.getResourceAsStream("/upgrade/source-offsets-v2.json")) {
      List<Map<String, Map<String, Object>>> entries =
          new ObjectMapper().readValue(file, new TypeReference<>() {});
      entries.forEach(entry -> stored.put(entry.get("partition"), entry.get("offset")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return stored;
  }

  private static LogCursor lines(int count) {
    LogCursor cursor = LogCursor.NONE;
    for (int i = 0; i < count; i++) {
      String time = "2026-11-22T10:00:%02dZ".formatted(i);
      cursor =
          cursor.append(
              LogCursor.computeFingerprint(new LogLine("line " + i, "INFO", "run", time)));
    }
    return cursor;
  }
}
