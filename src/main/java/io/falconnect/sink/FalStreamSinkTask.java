// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.sink.call.StreamPolicy;
import io.falconnect.sink.result.ResultForm;
import java.util.Map;

/** A task of the stream sink: posts inputs and publishes the outputs that fal streams back. */
public final class FalStreamSinkTask extends FalCallSinkTask {
  /** Called by Connect. */
  public FalStreamSinkTask() {}

  @Override
  SinkLoop startLoop(Map<String, String> props) {
    StreamSinkConfig config = new StreamSinkConfig(props);
    ResultForm form = new ResultForm(config.input().endpoint().value(), config.output().asStruct());
    return start(config, config.stream(), StreamPolicy.of(config.stream()), form);
  }
}
