// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.fal.call.CallSignal;
import io.falconnect.fal.call.FalCalls;
import io.falconnect.sink.call.CallConfig;
import io.falconnect.sink.call.CallPolicy;
import io.falconnect.sink.call.CallTransport;
import io.falconnect.sink.input.InputReader;
import io.falconnect.sink.input.SinkMetrics;
import io.falconnect.sink.result.RecordForm;
import java.util.Map;
import okhttp3.HttpUrl;

/** What the tasks have in common that post each input in an HTTP call of its own. */
abstract class FalCallSinkTask extends FalSinkTask {
  /**
   * Starts the task.
   *
   * @param form what the published records look like
   */
  SinkLoop start(SinkConfig config, CallConfig call, CallPolicy policy, RecordForm form) {
    SinkMetrics metrics = SinkMetrics.ofCalls(System::nanoTime);
    HttpUrl url = call.url();
    Map<String, String> headers = call.headers();
    return SinkLoop.start(
        config,
        context,
        new SinkKind<CallSignal>(
            new InputReader(InputReader::encodeUtf8, false),
            false,
            form,
            policy.publishing(),
            policy.avoidsRepeats(),
            call.maxInFlight(),
            metrics,
            (http, signals, results) -> {
              FalCalls calls =
                  new FalCalls(config.fal().settings(), http, signals, call.answerRules());
              return new CallTransport(
                  call.limits(),
                  policy,
                  input -> calls.post(call.host(), url, headers, input.payload()),
                  results,
                  metrics,
                  System::nanoTime);
            }));
  }
}
