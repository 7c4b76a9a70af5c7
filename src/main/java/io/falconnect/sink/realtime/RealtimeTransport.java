// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.realtime;

import io.falconnect.connect.FailureLog;
import io.falconnect.fal.realtime.RealtimeSession;
import io.falconnect.fal.realtime.RealtimeSessions;
import io.falconnect.fal.realtime.RealtimeSignal;
import io.falconnect.sink.delivery.InFlightInput;
import io.falconnect.sink.delivery.Transport;
import io.falconnect.sink.input.SinkMetrics;
import io.falconnect.sink.result.ResultOutput;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Inputs over realtime sessions: as many lanes as sessions are wanted, each key on one of them. */
public final class RealtimeTransport implements Transport<RealtimeSignal> {
  private static final Logger LOG = LoggerFactory.getLogger(RealtimeTransport.class);
  private static final Duration LOG_INTERVAL = Duration.ofSeconds(30);
  private static final Duration UNTIL_CLOSED = Duration.ofMillis(20);

  private final List<SessionLane> lanes = new ArrayList<>();
  private final Map<RealtimeSession, SessionLane> bySession = new HashMap<>();
  private final RealtimeSessions sessions;
  private boolean closing;

  public RealtimeTransport(
      RealtimeConfig settings,
      int connections,
      RealtimeSessions sessions,
      ResultOutput results,
      SinkMetrics metrics) {
    this.sessions = sessions;
    FailureLog log = new FailureLog(LOG, LOG_INTERVAL);
    for (int i = 0; i < connections; i++) {
      int number = i;
      lanes.add(new SessionLane(settings, () -> open(number), results, log, metrics));
    }
  }

  private RealtimeSession open(int lane) {
    RealtimeSession session = sessions.open();
    bySession.put(session, lanes.get(lane));
    return session;
  }

  @Override
  public void add(InFlightInput input, long now) {
    lanes.get(input.input().affinity(lanes.size())).add(input);
  }

  @Override
  public void take(RealtimeSignal signal, long now) {
    boolean over = signal instanceof RealtimeSignal.Ended;
    SessionLane lane = over ? bySession.remove(signal.session()) : bySession.get(signal.session());
    if (lane != null) {
      lane.take(signal, now);
    }
  }

  @Override
  public Duration proceed(long now, boolean caughtUp) {
    if (closing) {
      // A lane that is over already would open another session.
      return UNTIL_CLOSED;
    }
    Duration wait = lanes.get(0).proceed(now, caughtUp);
    for (SessionLane lane : lanes.subList(1, lanes.size())) {
      Duration its = lane.proceed(now, caughtUp);
      wait = its.compareTo(wait) < 0 ? its : wait;
    }
    return wait;
  }

  @Override
  public void heldBack(long nanos) {
    lanes.forEach(lane -> lane.heldBack(nanos));
  }

  @Override
  public void revoked(long now) {
    lanes.forEach(lane -> lane.revoked(now));
  }

  @Override
  public Load load() {
    int open = 0;
    int inFlight = 0;
    int waiting = 0;
    for (SessionLane lane : lanes) {
      open += lane.isOpen() ? 1 : 0;
      inFlight += lane.inFlight();
      waiting += lane.waiting();
    }
    return new Load(open, inFlight, waiting);
  }

  @Override
  public void close() {
    closing = true;
    lanes.forEach(lane -> lane.leave("the task is stopping"));
  }

  @Override
  public boolean closed() {
    return lanes.stream().allMatch(SessionLane::closed);
  }
}
