// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.account;

import io.falconnect.simulator.http.RecentItems;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The newest requests, and counts of streams, sessions and refusals. Lives on the event loop. */
public final class TrafficLog {
  private static final int REMEMBERED = 10_000;

  private final RecentItems<ReceivedRequest> received = new RecentItems<>(REMEMBERED);
  private final Map<String, Integer> opened = new HashMap<>();
  private int openStreams;
  private int maxOpenStreams;
  private int unauthorizedCount;
  private int rateLimitedCount;
  private int openSessions;
  private int maxOpenSessions;

  void addRequest(ReceivedRequest request) {
    received.add(request);
  }

  public void onStreamOpened(String requestId) {
    opened.merge(requestId, 1, Integer::sum);
    openStreams++;
    maxOpenStreams = Math.max(maxOpenStreams, openStreams);
  }

  public void onStreamClosed() {
    openStreams--;
  }

  public void onUnauthorized() {
    unauthorizedCount++;
  }

  void onRateLimited() {
    rateLimitedCount++;
  }

  public void onSessionOpened() {
    openSessions++;
    maxOpenSessions = Math.max(maxOpenSessions, openSessions);
  }

  public void onSessionClosed() {
    openSessions--;
  }

  public List<ReceivedRequest> requests() {
    return received.toList();
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

  public int unauthorizedCount() {
    return unauthorizedCount;
  }

  public int rateLimitedCount() {
    return rateLimitedCount;
  }

  public int openSessions() {
    return openSessions;
  }

  public int maxOpenSessions() {
    return maxOpenSessions;
  }
}
