// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.fal.call.CallSignal;
import io.falconnect.fal.call.FalCalls;
import io.falconnect.fal.http.FalHttp;
import io.falconnect.sink.call.CallConfig;
import io.falconnect.sink.call.CallSettings;
import io.falconnect.sink.call.CallTransport;
import io.falconnect.sink.delivery.Delivery;
import io.falconnect.sink.input.InputReader;
import io.falconnect.sink.input.SinkMetrics;
import io.falconnect.sink.result.RecordForm;
import java.util.Map;
import okhttp3.HttpUrl;
import org.apache.kafka.connect.sink.SinkTaskContext;

/** What tasks that post inputs are made of. */
final class CallSink {
  private CallSink() {}

  /**
   * Starts one.
   *
   * @param form what it writes
   * @param costly whether repeats are to be rare even if that costs some throughput
   */
  static SinkLoop start(
      SinkConfig config,
      CallConfig call,
      SinkTaskContext context,
      RecordForm form,
      boolean costly,
      CallSettings settings) {
    SinkMetrics metrics = SinkMetrics.ofCalls(System::nanoTime);
    return SinkLoop.start(
        config,
        context,
        new SinkLoop.Parts<CallSignal>(
            new InputReader(InputReader::utf8, false),
            form,
            settings.maxInFlight(),
            costly,
            metrics,
            (http, ends) -> transport(config, call, settings, http, ends, metrics)));
  }

  private static CallTransport transport(
      SinkConfig config,
      CallConfig call,
      CallSettings settings,
      FalHttp http,
      Delivery.Ends<CallSignal> ends,
      SinkMetrics metrics) {
    FalCalls calls = new FalCalls(config.fal().settings(), http, ends.signals());
    HttpUrl url = call.url();
    Map<String, String> headers = call.headers();
    return new CallTransport(
        settings, input -> calls.post(url, headers, input.payload()), ends.results(), metrics);
  }
}
