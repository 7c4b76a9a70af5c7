// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.fal.CallSignal;
import io.falconnect.fal.FalCalls;
import io.falconnect.fal.FalHttp;
import java.util.Map;
import okhttp3.HttpUrl;

/** A task of the stream sink: inputs posted, progressive outputs streamed back. */
public final class FalStreamSinkTask extends FalSinkTask {
  private static final String NO_REPLAY = "fal has no replay, so it is not tried again";

  /** Called by Connect. */
  public FalStreamSinkTask() {}

  @Override
  StartedSink started(Map<String, String> props) {
    StreamSinkConfig config = new StreamSinkConfig(props);
    SinkMetrics metrics = SinkMetrics.ofCalls(System::nanoTime);
    return StartedSink.start(
        config,
        context,
        new StartedSink.Parts<CallSignal>(
            new InputReader(InputReader::utf8, false),
            ResultForm.of(config),
            config.maxInFlight(),
            false,
            metrics,
            (http, ends) -> transport(config, http, ends, metrics)));
  }

  private static CallTransport transport(
      StreamSinkConfig config, FalHttp http, Delivery.Ends<CallSignal> ends, SinkMetrics metrics) {
    FalCalls calls = new FalCalls(config.fal().settings(), http, ends.signals());
    CallSettings settings =
        CallSettings.of(
            config,
            config.maxInFlight(),
            answer -> null,
            // What was published would be published again, and differently.
            (turn, failed) -> turn.frames() == 0 ? null : NO_REPLAY);
    HttpUrl url = config.url();
    return new CallTransport(
        settings, input -> calls.post(url, Map.of(), input.payload()), ends.results(), metrics);
  }
}
