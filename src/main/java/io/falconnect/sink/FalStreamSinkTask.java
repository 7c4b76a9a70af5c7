// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.sink.call.CallSettings;
import io.falconnect.sink.result.ResultForm;
import java.util.Map;

/** A task of the stream sink: inputs posted, progressive outputs streamed back. */
public final class FalStreamSinkTask extends FalSinkTask {
  private static final String NO_REPLAY = "fal has no replay, so it is not tried again";

  /** Called by Connect. */
  public FalStreamSinkTask() {}

  @Override
  SinkLoop started(Map<String, String> props) {
    StreamSinkConfig config = new StreamSinkConfig(props);
    CallSettings settings =
        CallSettings.of(
            config.stream(),
            answer -> null,
            // What was published would be published again, and differently.
            (input, failed) -> input.publication().frames() == 0 ? null : NO_REPLAY);
    ResultForm form = new ResultForm(config.input().endpoint().value(), config.output().asStruct());
    return CallSink.start(config, config.stream(), context, form, false, settings);
  }
}
