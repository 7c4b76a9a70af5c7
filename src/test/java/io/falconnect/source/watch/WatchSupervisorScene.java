// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.http.FalCredentials;
import io.falconnect.fal.http.FalHttp;
import io.falconnect.fal.http.FalSettings;
import io.falconnect.fal.queue.FalResult;
import io.falconnect.fal.queue.QueueRequest;
import io.falconnect.fal.queue.QueueSignal;
import io.falconnect.fal.queue.RecordingReceiver;
import io.falconnect.fal.queue.ResultFetcher;
import io.falconnect.fal.queue.StatusStreams;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.source.Configs;
import io.falconnect.source.StatusSourceConfig;
import io.falconnect.source.state.LedgerTrial;
import io.falconnect.source.state.Outcome;
import io.falconnect.source.state.PartitionLedger;
import io.falconnect.source.state.StatusEvent;
import io.falconnect.source.state.WatchState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import okhttp3.HttpUrl;
import org.awaitility.Awaitility;

/** Watches at work between a simulator of fal and a list: the test's thread is the task's. */
final class WatchSupervisorScene implements AutoCloseable, RecordEmitter {
  private static final int MAX_OPEN = 1_000;

  PartitionLedger ledger = LedgerTrial.ledger("control", 0);
  private final String queueUrl;
  private final RecordingReceiver sink = new RecordingReceiver();
  private final List<StatusEvent> events = new ArrayList<>();
  private final Map<String, FalResult> results = new HashMap<>();
  private Duration idle = Duration.ofSeconds(60);
  private Duration patience = Duration.ofMinutes(10);
  private final Map<String, String> more = new HashMap<>();
  private boolean fetchResults;
  private FalHttp http;
  private WatchSupervisor watches;
  private int handled;

  WatchSupervisorScene(FalSimulator fal) {
    this(fal.queueUrl());
  }

  WatchSupervisorScene(String queueUrl) {
    this.queueUrl = queueUrl;
  }

  WatchSupervisorScene idle(Duration timeout) {
    idle = timeout;
    return this;
  }

  WatchSupervisorScene patience(Duration timeout) {
    patience = timeout;
    return this;
  }

  WatchSupervisorScene with(String key, String value) {
    more.put(key, value);
    return this;
  }

  WatchSupervisorScene withResults() {
    fetchResults = true;
    return this;
  }

  /** Made when first asked for, of what was set until then. */
  WatchSupervisor watches() {
    if (watches == null) {
      HttpUrl url = HttpUrl.get(queueUrl);
      FalSettings settings =
          new FalSettings(
              FalCredentials.NONE, url, url, url, Duration.ofSeconds(10), idle, null, null);
      http = new FalHttp(settings, "watches-test", MAX_OPEN);
      watches =
          new WatchSupervisor(
              config(),
              new LiveStreams(
                  new StatusStreams(settings, http, sink), MAX_OPEN, idle, System::nanoTime),
              new ResultFetcher(settings, http, sink),
              this,
              new WatchMetrics(System::nanoTime),
              System::nanoTime);
    }
    return watches;
  }

  private WatchConfig config() {
    Map<String, String> props =
        Configs.props(
            "status.max.open.streams", Integer.toString(MAX_OPEN),
            "fal.retry.backoff.ms", "10",
            "fal.retry.backoff.max.ms", "20",
            "fal.retry.timeout.ms", Long.toString(patience.toMillis()),
            "errors.tolerance", "all");
    props.putAll(more);
    if (fetchResults) {
      props.put("result.topic", "results");
    }
    return new StatusSourceConfig(props).watch();
  }

  /** Asks for a watch of a request of {@code a/b} that was submitted long ago. */
  void watch(String id) {
    watch(id, 0);
  }

  /** Asks for a watch of a request of {@code a/b} by a control record with that timestamp. */
  void watch(String id, long askedAt) {
    long offset = ledger.next().orElse(0);
    ledger.readUpTo(offset + 1);
    WatchState initial = WatchState.initial(WatchTrial.request("a/b", id), offset, false);
    WatchState watch = watches().needsAge() ? initial.withAskedAt(askedAt) : initial;
    ledger.admit(watch);
    watches().start(ledger, watch.identity(), askedAt);
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
    watches().startAttempts();
    while (handled < sink.signals().size()) {
      watches().handle(sink.signals().get(handled++));
    }
    watches().cutStaleStreams(true);
  }

  <S extends QueueSignal> List<S> signals(Class<S> kind) {
    return sink.signals().stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  /** Why streams ended that did not end well. */
  List<FalFailure> failures() {
    return signals(QueueSignal.StreamEnded.class).stream()
        .map(QueueSignal.StreamEnded::failure)
        .filter(Objects::nonNull)
        .toList();
  }

  /** Goes on with what is stored, as a task that starts does. */
  void restart() {
    watches.abort();
    http.close();
    watches = null;
    ledger = LedgerTrial.restarted(ledger);
    watches().restore(ledger);
  }

  List<StatusEvent> events(String id) {
    return events.stream().filter(event -> event.request().requestId().equals(id)).toList();
  }

  StatusEvent last(String id) {
    List<StatusEvent> all = events(id);
    return all.get(all.size() - 1);
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
  public void emitStatus(ActiveWatch watch, StatusEvent event) {
    events.add(event);
  }

  @Override
  public void emitResult(ActiveWatch watch, QueueRequest request, FalResult result) {
    results.put(request.requestId(), result);
  }

  @Override
  public void close() {
    watches().abort();
    http.close();
  }
}
