// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.account;

import io.falconnect.simulator.http.RecentItems;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What came in and what is open. Lives on the event loop. */
public final class TrafficLog {
  private static final int REMEMBERED = 10_000;

  private final RecentItems<ReceivedRequest> received = new RecentItems<>(REMEMBERED);
  private final Map<String, Integer> opened = new HashMap<>();
  private int openStreams;
  private int maxOpenStreams;
  private int unauthorized;
  private int rateLimited;
  private int sessions;
  private int maxSessions;

  void received(ReceivedRequest request) {
    received.add(request);
  }

  public void streamOpened(String requestId) {
    opened.merge(requestId, 1, Integer::sum);
    openStreams++;
    maxOpenStreams = Math.max(maxOpenStreams, openStreams);
  }

  public void streamClosed() {
    openStreams--;
  }

  public void refused() {
    unauthorized++;
  }

  void tooMany() {
    rateLimited++;
  }

  public void sessionOpened() {
    sessions++;
    maxSessions = Math.max(maxSessions, sessions);
  }

  public void sessionClosed() {
    sessions--;
  }

  public List<ReceivedRequest> received() {
    return received.list();
  }

  public int streamsOpened(String requestId) {
    return opened.getOrDefault(requestId, 0);
  }

  public int openStreams() {
    return openStreams;
  }

  public int maxOpenStreams() {
    return maxOpenStreams;
  }

  public int unauthorized() {
    return unauthorized;
  }

  public int rateLimited() {
    return rateLimited;
  }

  public int sessions() {
    return sessions;
  }

  public int maxSessions() {
    return maxSessions;
  }
}
