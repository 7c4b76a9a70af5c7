// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What came in and what is open. Lives on the event loop. */
final class Traffic {
  private static final int REMEMBERED = 10_000;

  private final Recent<Received> received = new Recent<>(REMEMBERED);
  private final Map<String, Integer> opened = new HashMap<>();
  private int openStreams;
  private int maxOpenStreams;
  private int unauthorized;
  private int rateLimited;
  private int sessions;
  private int maxSessions;

  void received(Received request) {
    received.add(request);
  }

  void streamOpened(String requestId) {
    opened.merge(requestId, 1, Integer::sum);
    openStreams++;
    maxOpenStreams = Math.max(maxOpenStreams, openStreams);
  }

  void streamClosed() {
    openStreams--;
  }

  void refused() {
    unauthorized++;
  }

  void tooMany() {
    rateLimited++;
  }

  void sessionOpened() {
    sessions++;
    maxSessions = Math.max(maxSessions, sessions);
  }

  void sessionClosed() {
    sessions--;
  }

  List<Received> received() {
    return received.list();
  }

  int streamsOpened(String requestId) {
    return opened.getOrDefault(requestId, 0);
  }

  int openStreams() {
    return openStreams;
  }

  int maxOpenStreams() {
    return maxOpenStreams;
  }

  int unauthorized() {
    return unauthorized;
  }

  int rateLimited() {
    return rateLimited;
  }

  int sessions() {
    return sessions;
  }

  int maxSessions() {
    return maxSessions;
  }
}
