// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.http.FalCredentials;
import io.falconnect.fal.http.FalHttp;
import io.falconnect.fal.http.FalSettings;
import io.falconnect.fal.queue.QueueSignal;
import io.falconnect.fal.queue.RecordingReceiver;
import io.falconnect.fal.queue.StatusStreams;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.queue.Script;
import io.falconnect.source.state.LedgerTrial;
import io.falconnect.source.state.PartitionLedger;
import io.falconnect.source.state.WatchState;
import java.time.Duration;
import java.util.List;
import okhttp3.HttpUrl;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Streams that are over although fal has not ended them. The clock is set by hand. */
class LiveStreamsTest {
  private static final Duration IDLE = Duration.ofMillis(500);

  private final FalSimulator fal =
      FalSimulator.start(SimulatorConfig.builder().keepAlive(Duration.ofMillis(20)).build());
  private final RecordingReceiver receiver = new RecordingReceiver();
  private FalHttp http;
  private LiveStreams streams;

  @BeforeEach
  void start() {
    HttpUrl url = HttpUrl.get(fal.queueUrl());
    FalSettings settings =
        new FalSettings(
            FalCredentials.NONE, url, url, url, Duration.ofSeconds(10), IDLE, null, null);
    http = new FalHttp(settings, "live-streams-test", 10);
    streams =
        new LiveStreams(new StatusStreams(settings, http, receiver), 10, IDLE, System::nanoTime);
  }

  @AfterEach
  void stop() {
    http.close();
    fal.close();
  }

  private ActiveWatch open(String id) {
    fal.registerRequest(id, "a/b", Script.builder().manual().inQueue(0).completed().build());
    PartitionLedger ledger = LedgerTrial.ledger("control", 0);
    WatchState state = WatchState.initial(WatchTrial.request("a/b", id), 0, false);
    ledger.admit(state);
    ActiveWatch watch = new ActiveWatch(ledger, state.identity(), System::nanoTime);
    streams.open(watch);
    return watch;
  }

  private List<QueueSignal.StreamEnded> ends() {
    return receiver.signals().stream()
        .filter(QueueSignal.StreamEnded.class::isInstance)
        .map(QueueSignal.StreamEnded.class::cast)
        .toList();
  }

  /** Looks for streams to cut until one has ended, while signals seem to wait. */
  private QueueSignal.StreamEnded awaitCut() {
    await()
        .until(
            () -> {
              streams.cutStale(false);
              return !ends().isEmpty();
            });
    return ends().get(0);
  }

  @Test
  void aSilentStreamIsCutThoughSignalsWait() {
    fal.attachFault("r", Fault.SILENT_AFTER_HEADERS, 1);
    open("r");
    assertThat(awaitCut().failure().cause()).isEqualTo(Cause.SILENT);
  }
}
