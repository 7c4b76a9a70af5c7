// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import io.falconnect.connect.RateLimitedLog;
import io.falconnect.fal.realtime.RealtimeEncoding;
import io.falconnect.fal.realtime.RealtimeSession;
import io.falconnect.fal.realtime.RealtimeSessions;
import io.falconnect.fal.realtime.RealtimeSignal;
import io.falconnect.sink.delivery.InFlightInput;
import io.falconnect.sink.delivery.Transport;
import io.falconnect.sink.delivery.UncommittedInputs;
import io.falconnect.sink.input.Input;
import io.falconnect.sink.input.SinkMetrics;
import io.falconnect.sink.input.TransportLoad;
import io.falconnect.sink.result.ResultOutput;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries inputs over realtime sessions: one lane for each session of {@code realtime.connections}.
 * Inputs with the same key are on the same lane. Only the delivery thread uses it; no method
 * blocks.
 */
public final class RealtimeTransport implements Transport<RealtimeSignal> {
  private static final Logger LOG = LoggerFactory.getLogger(RealtimeTransport.class);
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(30);
  private static final Duration WAIT_WHILE_CLOSING = Duration.ofMillis(20);

  private final List<SessionLane> lanes = new ArrayList<>();
  private final Map<RealtimeSession, SessionLane> bySession = new HashMap<>();
  private final RealtimeSessions sessions;
  private final UncommittedInputs uncommitted;
  private final SessionAccess access;
  private boolean closing;

  /**
   * Opens nothing yet.
   *
   * @param sessions opens the sessions; their signals are to be given to {@link #onSignal}
   * @param encoding of the inputs
   * @param results takes what is to be published
   * @param nanoClock {@code System::nanoTime} outside tests
   */
  public RealtimeTransport(
      RealtimeConfig config,
      RealtimeSessions sessions,
      SessionEncoding encoding,
      ResultOutput results,
      SinkMetrics metrics,
      LongSupplier nanoClock) {
    this.sessions = sessions;
    this.uncommitted = new UncommittedInputs(config.maxUncommitted());
    this.access = new SessionAccess(config, results, metrics.refusals(), nanoClock);
    RateLimitedLog log = new RateLimitedLog(LOG, LOG_INTERVAL, nanoClock);
    for (int i = 0; i < config.connections(); i++) {
      int number = i;
      lanes.add(
          new SessionLane(
              config,
              next -> openSession(number, next),
              encoding,
              new StartLimit(uncommitted),
              access,
              results,
              log,
              metrics,
              nanoClock));
    }
  }

  private RealtimeSession openSession(int lane, RealtimeEncoding encoding) {
    RealtimeSession session = sessions.open(encoding);
    bySession.put(session, lanes.get(lane));
    return session;
  }

  @Override
  public void add(InFlightInput input) {
    findLane(input.input()).add(input);
  }

  private SessionLane findLane(Input input) {
    return lanes.get(input.affinity(lanes.size()));
  }

  @Override
  public void onSignal(RealtimeSignal signal) {
    boolean ended = signal instanceof RealtimeSignal.Ended;
    SessionLane lane = ended ? bySession.remove(signal.session()) : bySession.get(signal.session());
    if (lane != null) {
      lane.onSignal(signal);
    }
  }

  @Override
  public Duration proceed(boolean caughtUp) {
    if (closing) {
      // A lane whose session is closed already would open another one.
      return WAIT_WHILE_CLOSING;
    }
    access.settle(lanes.stream().anyMatch(SessionLane::needsSession));
    Duration shortest = lanes.get(0).proceed(caughtUp);
    for (SessionLane lane : lanes.subList(1, lanes.size())) {
      Duration wait = lane.proceed(caughtUp);
      shortest = wait.compareTo(shortest) < 0 ? wait : shortest;
    }
    return shortest;
  }

  @Override
  public void excludeTime(long nanos) {
    lanes.forEach(lane -> lane.excludeTime(nanos));
    access.excludeTime(nanos);
  }

  @Override
  public void onSettled(Input input) {
    findLane(input).onSettled(input);
  }

  @Override
  public void onCommitted(Map<TopicPartition, Long> offsets) {
    uncommitted.onCommitted(offsets);
  }

  @Override
  public boolean wantsCommit() {
    return uncommitted.wantsCommit();
  }

  @Override
  public void onRevoked() {
    uncommitted.dropRevoked();
    lanes.forEach(SessionLane::onRevoked);
  }

  @Override
  public TransportLoad load() {
    int open = 0;
    int inFlight = 0;
    int waiting = 0;
    for (SessionLane lane : lanes) {
      TransportLoad load = lane.load();
      open += load.open();
      inFlight += load.inFlight();
      waiting += load.waiting();
    }
    return new TransportLoad(open, inFlight, waiting);
  }

  @Override
  public void close() {
    closing = true;
    lanes.forEach(lane -> lane.close("the task is stopping"));
  }

  @Override
  public boolean isClosed() {
    return lanes.stream().allMatch(SessionLane::isClosed);
  }
}
