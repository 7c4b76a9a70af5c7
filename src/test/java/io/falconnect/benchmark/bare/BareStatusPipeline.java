// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.bare;

import io.falconnect.benchmark.source.StatusPipeline;
import io.falconnect.benchmark.source.StatusRun;
import io.falconnect.cluster.process.JavaProcess;

/** Status streams through a bare loop: see {@link BareStatusRun}. */
public final class BareStatusPipeline implements StatusPipeline {
  private final BareLoop loop;

  public BareStatusPipeline(BareLoop loop) {
    this.loop = loop;
  }

  @Override
  public String name() {
    return "bare loop";
  }

  @Override
  public void begin(StatusRun run) {
    sendCommand(run, true);
  }

  /** Reads all streams of a run and does nothing with what comes; events per second. */
  public double measureReading(StatusRun run) {
    sendCommand(run, false);
    return loop.awaitAnswer(run.id()).path("rate").asDouble();
  }

  @Override
  public void end(StatusRun run) {
    loop.awaitSuccess(run.id());
  }

  @Override
  public JavaProcess process() {
    return loop.process();
  }

  @Override
  public void close() {
    loop.close();
  }

  private void sendCommand(StatusRun run, boolean produce) {
    loop.sendCommand(
        BareLoop.createCommand(run.id())
            .put("queue", run.queueUrl())
            .put("topic", run.statusTopic())
            .put("streams", run.shape().streams())
            .put("events", run.shape().events())
            .put("raw", run.raw())
            .put("results", run.results() ? run.resultTopic() : "")
            .put("produce", produce));
  }
}
