// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import io.falconnect.fal.EndpointId;
import io.falconnect.fal.queue.QueueRequest;
import io.falconnect.source.state.LedgerTrial;
import io.falconnect.source.state.LogCursor;
import io.falconnect.source.state.Outcome;
import io.falconnect.source.state.RequestIdentity;
import io.falconnect.source.state.SourceOffset;
import io.falconnect.source.state.WatchState;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.pcollections.TreePMap;

/** Watches for tests, at random or by hand. */
public final class WatchTrial {
  /** More control records than a partition is likely to see. */
  private static final long FIRST_OFFSET = 100_000_000_000L;

  private WatchTrial() {}

  public static QueueRequest request(String endpoint, String id) {
    return new QueueRequest(EndpointId.parse(endpoint), id);
  }

  public static Arbitrary<WatchState> watch() {
    return Combinators.combine(
            Arbitraries.of(
                "a/b", "a/b/c", "workflows/a/b", "comfy/a", "12345-app", "fal-ai/flux/dev"),
            Arbitraries.strings()
                .withCharRange('a', 'z')
                .withChars("AZ09-_")
                .ofMinLength(1)
                .ofMaxLength(256),
            Arbitraries.longs().between(0, 999_999),
            statuses().injectNull(0.2),
            positions().injectNull(0.4),
            cursors().injectNull(0.4),
            Arbitraries.of(Outcome.SUCCEEDED, Outcome.FAILED).injectNull(0.7))
        .as(
            (endpoint, id, sequence, status, position, logs, finished) ->
                new WatchState(
                    request(endpoint, id), 0, sequence, status, position, logs, finished));
  }

  /** Of different requests. */
  public static Arbitrary<List<WatchState>> watches() {
    return watch().list().ofMaxSize(12).map(WatchTrial::distinct);
  }

  /** All of them open, at offsets in their order. */
  public static SourceOffset offset(List<WatchState> watches) {
    TreePMap<RequestIdentity, WatchState> open = TreePMap.empty();
    long offset = FIRST_OFFSET;
    for (WatchState watch : watches) {
      open = open.plus(watch.identity(), at(offset++, watch));
    }
    return LedgerTrial.offset(offset, offset, open);
  }

  /** The watch as if the control record at that offset had asked for it. */
  public static WatchState at(long offset, WatchState watch) {
    return new WatchState(
        watch.request(),
        offset,
        watch.sequence(),
        watch.status(),
        watch.queuePosition(),
        watch.logs(),
        watch.finished(),
        watch.askedAt());
  }

  /** Of fal's, and whatever an integer may be. */
  private static Arbitrary<Long> positions() {
    return Arbitraries.frequencyOf(
        net.jqwik.api.Tuple.of(3, Arbitraries.longs().between(0, 999_999)),
        net.jqwik.api.Tuple.of(1, Arbitraries.longs()));
  }

  private static Arbitrary<String> statuses() {
    return Arbitraries.frequencyOf(
        net.jqwik.api.Tuple.of(4, Arbitraries.of("IN_QUEUE", "IN_PROGRESS", "COMPLETED")),
        net.jqwik.api.Tuple.of(
            1,
            Arbitraries.strings()
                .withChars("S\"\\\u0001\u00e9\u20ac\ud83d\ude00")
                .ofMinLength(1)
                .ofMaxLength(256)),
        net.jqwik.api.Tuple.of(1, Arbitraries.strings().all().ofMinLength(1).ofMaxLength(256)));
  }

  private static Arbitrary<LogCursor> cursors() {
    return Arbitraries.integers().between(0, 0xffffff).list().ofMaxSize(20).map(WatchTrial::cursor);
  }

  private static LogCursor cursor(List<Integer> fingerprints) {
    LogCursor cursor = LogCursor.NONE;
    for (int fingerprint : fingerprints) {
      cursor = cursor.append(fingerprint);
    }
    return cursor;
  }

  private static List<WatchState> distinct(List<WatchState> watches) {
    Set<RequestIdentity> seen = new HashSet<>();
    return watches.stream().filter(watch -> seen.add(watch.identity())).toList();
  }
}
