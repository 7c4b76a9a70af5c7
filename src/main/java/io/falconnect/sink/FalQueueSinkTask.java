// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.fal.failure.FalFailure.Whose;
import io.falconnect.sink.call.CallSettings;
import io.falconnect.sink.call.QueueConfig;
import io.falconnect.sink.result.RequestForm;
import java.util.Map;

/** A task of the queue sink: inputs submitted to the queue. */
public final class FalQueueSinkTask extends FalSinkTask {
  private static final String NO_ID =
      "fal's answer has no usable request id, though it may have taken the input";
  private static final String UNKNOWN_OUTCOME =
      "nobody knows whether fal has it, so it is not submitted again: "
          + QueueConfig.RESEND_UNKNOWN
          + " is false";

  /** Called by Connect. */
  public FalQueueSinkTask() {}

  @Override
  SinkLoop started(Map<String, String> props) {
    QueueSinkConfig config = new QueueSinkConfig(props);
    CallSettings settings =
        CallSettings.of(
            config.queue(),
            answer -> RequestForm.requestId(answer) == null ? NO_ID : null,
            (input, failed) ->
                failed.failure().whose() != Whose.UNKNOWN || config.queue().resendsUnknown()
                    ? null
                    : UNKNOWN_OUTCOME);
    return CallSink.start(config, config.queue(), context, form(config), true, settings);
  }

  private static RequestForm form(QueueSinkConfig config) {
    return new RequestForm(
        config.input().endpoint().value(),
        config.fal().connection().queueUrl(),
        config.output().asStruct());
  }
}
