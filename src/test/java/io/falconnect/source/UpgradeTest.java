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
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.junit.jupiter.api.Test;

/**
 * State that earlier versions have stored: {@code upgrade/source-offset-v1.json} is what 0.1.0
 * wrote. It stays as it is; a later format gets a file of its own beside it.
 */
class UpgradeTest {
  private static final TopicPartition PARTITION = new TopicPartition("fal.requests", 0);
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
  void whatVersion1StoredIsReadAsItWasMeant() {
    PartitionLedger ledger = restored(stored());
    assertThat(ledger.snapshot().next()).isEqualTo(10);
    assertThat(ledger.listOldestFirst()).isEqualTo(STORED);
  }

  /** Else an older worker of the group could not read it: a rolling upgrade has both. */
  @Test
  void whatVersion1StoredIsWrittenAgainAsItWas() {
    SourceOffset read = SourceOffset.parse(stored());
    assertThat(read.get(SourceOffset.VERSION)).isEqualTo(1L);
    assertThat(read.get(SourceOffset.OPEN)).isEqualTo(stored().get(SourceOffset.OPEN));
  }

  @Test
  void aLaterFormatIsRefusedByName() {
    Map<String, Object> later = new HashMap<>(stored());
    later.put(SourceOffset.VERSION, 2);
    later.put("more", "than is known here");
    assertThatExceptionOfType(ConnectException.class)
        .isThrownBy(() -> restored(later))
        .withMessage(
            "The stored source offset of fal.requests-0 cannot be understood: offset version 2 is"
                + " not known to this version of the connector");
  }

  private static PartitionLedger restored(Map<String, Object> offset) {
    return LedgerStore.restoreLedgers(List.of(PARTITION), new Stored(offset)).get(PARTITION);
  }

  private static Map<String, Object> stored() {
    try (InputStream file =
        UpgradeTest.class.getResourceAsStream("/upgrade/source-offset-v1.json")) {
      return new ObjectMapper().readValue(file, new TypeReference<>() {});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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

  /** What Connect gives a task that starts. */
  private record Stored(Map<String, Object> offset) implements OffsetStorageReader {
    @Override
    public <T> Map<String, Object> offset(Map<String, T> partition) {
      throw new UnsupportedOperationException();
    }

    @Override
    public <T> Map<Map<String, T>, Map<String, Object>> offsets(
        Collection<Map<String, T>> partitions) {
      return partitions.stream().collect(Collectors.toMap(Function.identity(), one -> offset));
    }
  }
}
