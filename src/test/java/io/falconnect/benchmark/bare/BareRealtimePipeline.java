// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.bare;

import io.falconnect.benchmark.realtime.RealtimePipeline;
import io.falconnect.benchmark.realtime.RealtimeRun;
import io.falconnect.cluster.process.JavaProcess;

/** Inputs through a bare loop: see {@link BareRealtimeRun}. */
public final class BareRealtimePipeline implements RealtimePipeline {
  private final BareLoop loop;

  public BareRealtimePipeline(BareLoop loop) {
    this.loop = loop;
  }

  @Override
  public String name() {
    return "bare loop";
  }

  @Override
  public void begin(RealtimeRun run) {
    loop.sendCommand(
        BareLoop.createCommand(run.id())
            .put("inputs", run.load().inputs())
            .put("window", run.load().window())
            .put("url", run.runUrl())
            .put("encoding", run.encoding()));
  }

  @Override
  public void end(RealtimeRun run) {
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
}
