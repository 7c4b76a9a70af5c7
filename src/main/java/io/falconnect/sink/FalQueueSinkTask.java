// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.fal.CallSignal;
import io.falconnect.fal.FalCalls;
import io.falconnect.fal.FalHttp;
import io.falconnect.fal.QueueRequest;
import java.util.Map;
import okhttp3.HttpUrl;

/** A task of the queue sink: inputs submitted to the queue. */
public final class FalQueueSinkTask extends FalSinkTask {
  private static final String NO_ID =
      "fal's answer has no usable request id, though it may have taken the input";
  private static final String UNKNOWN_OUTCOME =
      "nobody knows whether fal has it, so it is not submitted again: "
          + QueueSinkConfig.RESEND_UNKNOWN
          + " is false";

  /** Called by Connect. */
  public FalQueueSinkTask() {}

  @Override
  StartedSink started(Map<String, String> props) {
    QueueSinkConfig config = new QueueSinkConfig(props);
    SinkMetrics metrics = SinkMetrics.ofCalls(System::nanoTime);
    return StartedSink.start(
        config,
        context,
        new StartedSink.Parts<CallSignal>(
            new InputReader(InputReader::utf8, false),
            RequestForm.of(config),
            config.maxInFlight(),
            true,
            metrics,
            (http, ends) -> transport(config, http, ends, metrics)));
  }

  private static CallTransport transport(
      QueueSinkConfig config, FalHttp http, Delivery.Ends<CallSignal> ends, SinkMetrics metrics) {
    FalCalls calls = new FalCalls(config.fal().settings(), http, ends.signals());
    CallSettings settings =
        CallSettings.of(
            config,
            config.maxInFlight(),
            answer -> QueueRequest.isRequestId(answer.path("request_id").asText()) ? null : NO_ID,
            (turn, failed) ->
                failed.outcomeKnown() || config.resendsUnknown() ? null : UNKNOWN_OUTCOME);
    HttpUrl url = config.url();
    Map<String, String> headers = config.headers();
    return new CallTransport(
        settings, input -> calls.post(url, headers, input.payload()), ends.results(), metrics);
  }
}
