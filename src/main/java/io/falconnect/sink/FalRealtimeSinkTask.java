// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.fal.http.FalHttp;
import io.falconnect.fal.http.SignalReceiver;
import io.falconnect.fal.realtime.RealtimeEncoding;
import io.falconnect.fal.realtime.RealtimeFrames;
import io.falconnect.fal.realtime.RealtimeSessions;
import io.falconnect.fal.realtime.RealtimeSignal;
import io.falconnect.sink.input.Input;
import io.falconnect.sink.input.InputReader;
import io.falconnect.sink.input.SinkMetrics;
import io.falconnect.sink.input.UnusableInputException;
import io.falconnect.sink.realtime.RealtimeTransport;
import io.falconnect.sink.realtime.SessionEncoding;
import io.falconnect.sink.result.PublishingRules;
import io.falconnect.sink.result.ResultForm;
import io.falconnect.sink.result.ResultOutput;
import java.util.Map;
import okio.ByteString;

/** A task of the realtime sink: inputs over WebSocket. */
public final class FalRealtimeSinkTask extends FalSinkTask {
  /** Called by Connect. */
  public FalRealtimeSinkTask() {}

  @Override
  SinkLoop startLoop(Map<String, String> props) {
    RealtimeSinkConfig config = new RealtimeSinkConfig(props);
    SinkMetrics metrics = SinkMetrics.ofSessions(System::nanoTime);
    boolean addsIds = config.realtime().sendsRequestIds();
    SessionEncoding encoding =
        new SessionEncoding(
            config.realtime().encoding(), (input, next) -> encodeAgain(input, next, addsIds));
    return SinkLoop.start(
        config,
        context,
        new SinkKind<RealtimeSignal>(
            new InputReader(encoding::encode, addsIds),
            config.realtime().encoding().isEmpty(),
            new ResultForm(config.input().endpoint().value(), config.output().asStruct()),
            publishing(config),
            false,
            config.realtime().connections(),
            metrics,
            (http, signals, results) ->
                createTransport(config, http, signals, encoding, results, metrics)));
  }

  /** Encodes an input from its record, which was read before. Called by the delivery thread. */
  private static ByteString encodeAgain(Input input, RealtimeEncoding next, boolean addsIds) {
    InputReader reader = new InputReader(json -> RealtimeFrames.encode(json, next), addsIds);
    try {
      return reader.read(input.record(), input.assignment()).payload();
    } catch (UnusableInputException e) {
      throw new IllegalStateException(e);
    }
  }

  private static RealtimeTransport createTransport(
      RealtimeSinkConfig config,
      FalHttp http,
      SignalReceiver<RealtimeSignal> signals,
      SessionEncoding encoding,
      ResultOutput results,
      SinkMetrics metrics) {
    RealtimeSessions sessions =
        new RealtimeSessions(config.fal().settings(), http, config.realtime().target(), signals);
    metrics.setTokenMints(sessions::tokensMinted);
    return new RealtimeTransport(
        config.realtime(), sessions, encoding, results, metrics, System::nanoTime);
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
