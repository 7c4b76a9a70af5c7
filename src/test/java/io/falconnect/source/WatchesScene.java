// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import io.falconnect.fal.Backoff;
import io.falconnect.fal.FalCredentials;
import io.falconnect.fal.FalFailure;
import io.falconnect.fal.FalHttp;
import io.falconnect.fal.FalResult;
import io.falconnect.fal.FalResults;
import io.falconnect.fal.FalSettings;
import io.falconnect.fal.RecordingSink;
import io.falconnect.fal.StatusStreams;
import io.falconnect.fal.StreamSignal;
import io.falconnect.simulator.FalSimulator;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import okhttp3.HttpUrl;
import org.awaitility.Awaitility;

/** Watches at work between a simulator of fal and a list: the test's thread is the task's. */
final class WatchesScene implements AutoCloseable, Emitter {
  private static final int MAX_OPEN = 1_000;

  final PartitionLedger ledger = new PartitionLedger("control", 0);
  private final String queueUrl;
  private final RecordingSink sink = new RecordingSink();
  private final List<StatusEvent> events = new ArrayList<>();
  private final Map<String, FalResult> results = new HashMap<>();
  private Duration idle = Duration.ofSeconds(60);
  private Duration patience = Duration.ofMinutes(10);
  private boolean fetchResults;
  private FalHttp http;
  private Watches watches;
  private int taken;

  WatchesScene(FalSimulator fal) {
    this(fal.queueUrl());
  }

  WatchesScene(String queueUrl) {
    this.queueUrl = queueUrl;
  }

  WatchesScene idle(Duration timeout) {
    idle = timeout;
    return this;
  }

  WatchesScene patience(Duration timeout) {
    patience = timeout;
    return this;
  }

  WatchesScene withResults() {
    fetchResults = true;
    return this;
  }

  /** Made when first asked for, of what was set until then. */
  Watches watches() {
    if (watches == null) {
      HttpUrl url = HttpUrl.get(queueUrl);
      FalSettings settings =
          new FalSettings(
              FalCredentials.NONE, url, url, url, Duration.ofSeconds(10), idle, null, null);
      http = new FalHttp(settings, "watches-test", MAX_OPEN);
      watches =
          new Watches(
              new WatchSettings(
                  MAX_OPEN,
                  new Backoff(Duration.ofMillis(10), Duration.ofMillis(20)),
                  Optional.of(patience),
                  true,
                  fetchResults,
                  1 << 20),
              new LiveStreams(new StatusStreams(settings, http, sink), MAX_OPEN, idle),
              new FalResults(settings, http, sink),
              this,
              new SourceMetrics(System::nanoTime));
    }
    return watches;
  }

  /** Asks for a watch of a request of {@code a/b}. */
  void watch(String id) {
    long offset = ledger.next();
    ledger.readUpTo(offset + 1);
    ledger.admit(offset, OpenWatch.asked(Watching.request("a/b", id), false));
    watches().start(ledger, offset, System.nanoTime());
  }

  /** Lets the watches work until it is so. */
  void await(BooleanSupplier condition) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(5))
        .pollInSameThread()
        .until(
            () -> {
              proceed();
              return condition.getAsBoolean();
            });
  }

  private void proceed() {
    long now = System.nanoTime();
    watches().proceed(now);
    while (taken < sink.signals().size()) {
      watches().take(sink.signals().get(taken++), now);
    }
    watches().sweep(now);
  }

  <S extends StreamSignal> List<S> signals(Class<S> kind) {
    return sink.signals().stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** Why streams ended that did not end well. */
  List<FalFailure> failures() {
    return signals(StreamSignal.Ended.class).stream()
        .map(StreamSignal.Ended::failure)
        .filter(Objects::nonNull)
        .toList();
  }

  List<Outcome> outcomes(String id) {
    return events.stream()
        .filter(event -> event.request().requestId().equals(id) && event.outcome() != null)
        .map(StatusEvent::outcome)
        .toList();
  }

  Map<String, FalResult> results() {
    return results;
  }

  @Override
  public void status(Watch watch, StatusEvent event) {
    events.add(event);
  }

  @Override
  public void result(Watch watch, OpenWatch last, FalResult result) {
    results.put(last.request().requestId(), result);
  }

  @Override
  public void close() {
    watches().abort();
    http.close();
  }
}
