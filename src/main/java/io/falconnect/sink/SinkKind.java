// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.fal.http.FalHttp;
import io.falconnect.fal.http.SignalReceiver;
import io.falconnect.sink.delivery.Transport;
import io.falconnect.sink.input.InputReader;
import io.falconnect.sink.input.SinkMetrics;
import io.falconnect.sink.result.PublishingRules;
import io.falconnect.sink.result.RecordForm;
import io.falconnect.sink.result.ResultOutput;

/**
 * What makes a sink task a task of its connector. All the rest is the same in all sinks.
 *
 * @param reader makes inputs of the task's records
 * @param readsAgain whether inputs may be read from their records again, so that the records are
 *     kept whole
 * @param form what the published records look like
 * @param publishing which records are published besides the outputs
 * @param avoidsRepeats whether the task waits for the inputs in flight before partitions may be
 *     taken away
 * @param maxConnections the most connections to fal at the same time
 * @param transports makes what carries the inputs to fal
 * @param <S> the signals of the transport
 */
record SinkKind<S>(
    InputReader reader,
    boolean readsAgain,
    RecordForm form,
    PublishingRules publishing,
    boolean avoidsRepeats,
    int maxConnections,
    SinkMetrics metrics,
    TransportFactory<S> transports) {

  /** Makes a transport. */
  interface TransportFactory<S> {
    /**
     * A transport that has not connected yet.
     *
     * @param http the threads and connections of the task
     * @param signals takes the signals of fal, on any thread
     * @param results takes outputs and outcomes, on the delivery thread
     */
    Transport<S> create(FalHttp http, SignalReceiver<S> signals, ResultOutput results);
  }
}
