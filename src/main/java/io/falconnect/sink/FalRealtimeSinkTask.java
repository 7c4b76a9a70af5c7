// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.fal.http.FalHttp;
import io.falconnect.fal.realtime.RealtimeFrames;
import io.falconnect.fal.realtime.RealtimeSessions;
import io.falconnect.fal.realtime.RealtimeSignal;
import io.falconnect.sink.delivery.Delivery;
import io.falconnect.sink.input.InputReader;
import io.falconnect.sink.input.SinkMetrics;
import io.falconnect.sink.realtime.RealtimeTransport;
import io.falconnect.sink.result.ResultForm;
import java.util.Map;

/** A task of the realtime sink: inputs over WebSocket. */
public final class FalRealtimeSinkTask extends FalSinkTask {
  /** Called by Connect. */
  public FalRealtimeSinkTask() {}

  @Override
  SinkLoop started(Map<String, String> props) {
    RealtimeSinkConfig config = new RealtimeSinkConfig(props);
    SinkMetrics metrics = SinkMetrics.ofSessions(System::nanoTime);
    return SinkLoop.start(
        config,
        context,
        new SinkLoop.Parts<RealtimeSignal>(
            new InputReader(
                json -> RealtimeFrames.encode(json, config.realtime().target().encoding()), true),
            form(config),
            config.realtime().connections(),
            false,
            metrics,
            (http, ends) -> transport(config, http, ends, metrics)));
  }

  private static RealtimeTransport transport(
      RealtimeSinkConfig config,
      FalHttp http,
      Delivery.Ends<RealtimeSignal> ends,
      SinkMetrics metrics) {
    RealtimeSessions sessions =
        new RealtimeSessions(
            config.fal().settings(), http, config.realtime().target(), ends.signals());
    metrics.tokenMints(sessions::tokensMinted);
    return new RealtimeTransport(
        config.realtime(), sessions, ends.results(), metrics, System::nanoTime);
  }

  /**
   * Inputs that are only sent are committed before their results: no other task publishes these
   * after a rebalance, so this one does.
   */
  static ResultForm form(RealtimeSinkConfig config) {
    return new ResultForm(
        config.input().endpoint().value(),
        config.output().asStruct(),
        config.realtime().sendsOnly());
  }
}
