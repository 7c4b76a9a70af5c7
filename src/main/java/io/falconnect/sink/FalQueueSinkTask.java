// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.sink.call.QueuePolicy;
import io.falconnect.sink.result.RequestForm;
import java.util.Map;

/** A task of the queue sink: submits inputs and publishes the requests that fal made of them. */
public final class FalQueueSinkTask extends FalCallSinkTask {
  /** Called by Connect. */
  public FalQueueSinkTask() {}

  @Override
  SinkLoop startLoop(Map<String, String> props) {
    QueueSinkConfig config = new QueueSinkConfig(props);
    RequestForm form =
        new RequestForm(
            config.input().endpoint().value(),
            config.fal().connection().queueUrls(),
            config.output().asStruct());
    return start(config, config.queue(), QueuePolicy.of(config.queue()), form);
  }
}
