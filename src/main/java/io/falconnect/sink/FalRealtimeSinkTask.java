// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.fal.http.FalHttp;
import io.falconnect.fal.realtime.RealtimeFrames;
import io.falconnect.fal.realtime.RealtimeSessions;
import io.falconnect.fal.realtime.RealtimeSignal;
import io.falconnect.sink.delivery.Delivery;
import io.falconnect.sink.input.InputReader;
import io.falconnect.sink.input.SinkMetrics;
import io.falconnect.sink.realtime.LaneSettings;
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
            new InputReader(json -> RealtimeFrames.encode(json, config.encoding()), true),
            ResultForm.ofSessions(config),
            config.connections(),
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
        new RealtimeSessions(config.fal().settings(), http, config.target(), ends.signals());
    metrics.tokenMints(sessions::tokensMinted);
    return new RealtimeTransport(
        LaneSettings.of(config), config.connections(), sessions, ends.results(), metrics);
  }
}
