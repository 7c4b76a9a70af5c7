// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.fal.http.FalHttp;
import io.falconnect.fal.http.SignalReceiver;
import io.falconnect.fal.realtime.RealtimeFrames;
import io.falconnect.fal.realtime.RealtimeSessions;
import io.falconnect.fal.realtime.RealtimeSignal;
import io.falconnect.sink.input.InputReader;
import io.falconnect.sink.input.SinkMetrics;
import io.falconnect.sink.realtime.RealtimeTransport;
import io.falconnect.sink.result.PublishingRules;
import io.falconnect.sink.result.ResultForm;
import io.falconnect.sink.result.ResultOutput;
import java.util.Map;

/** A task of the realtime sink: inputs over WebSocket. */
public final class FalRealtimeSinkTask extends FalSinkTask {
  /** Called by Connect. */
  public FalRealtimeSinkTask() {}

  @Override
  SinkLoop startLoop(Map<String, String> props) {
    RealtimeSinkConfig config = new RealtimeSinkConfig(props);
    SinkMetrics metrics = SinkMetrics.ofSessions(System::nanoTime);
    return SinkLoop.start(
        config,
        context,
        new SinkKind<RealtimeSignal>(
            new InputReader(
                json -> RealtimeFrames.encode(json, config.realtime().target().encoding()),
                config.realtime().sendsRequestIds()),
            new ResultForm(config.input().endpoint().value(), config.output().asStruct()),
            publishing(config),
            false,
            config.realtime().connections(),
            metrics,
            (http, signals, results) -> createTransport(config, http, signals, results, metrics)));
  }

  private static RealtimeTransport createTransport(
      RealtimeSinkConfig config,
      FalHttp http,
      SignalReceiver<RealtimeSignal> signals,
      ResultOutput results,
      SinkMetrics metrics) {
    RealtimeSessions sessions =
        new RealtimeSessions(config.fal().settings(), http, config.realtime().target(), signals);
    metrics.setTokenMints(sessions::tokensMinted);
    return new RealtimeTransport(config.realtime(), sessions, results, metrics, System::nanoTime);
  }

  /**
   * Inputs that are only sent are committed before their results: no other task publishes these
   * after a rebalance, so this one does.
   */
  static PublishingRules publishing(RealtimeSinkConfig config) {
    boolean tolerant = config.input().task().toleratesErrors();
    return new PublishingRules(tolerant, true, config.realtime().sendsOnly());
  }
}
