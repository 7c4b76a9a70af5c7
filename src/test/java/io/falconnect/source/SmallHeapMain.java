// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import io.falconnect.connect.Inbox;
import io.falconnect.fal.EndpointId;
import io.falconnect.fal.http.FalCredentials;
import io.falconnect.fal.http.FalHttp;
import io.falconnect.fal.http.FalSettings;
import io.falconnect.fal.queue.QueueRequest;
import io.falconnect.fal.queue.QueueSignal;
import io.falconnect.fal.queue.StatusStreams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import okhttp3.HttpUrl;

/**
 * Opens status streams that all have a large event, takes none for a while, as a paused connector
 * does, and then takes them one after the other. Says {@code took all} at the end.
 */
final class SmallHeapMain {
  private static final long MAX_INBOX_BYTES = 32L * 1024 * 1024;
  private static final Duration PAUSE = Duration.ofSeconds(5);
  private static final Duration ROUND = Duration.ofMillis(100);

  private SmallHeapMain() {}

  /** Arguments: the URL of the server, and how many streams. */
  public static void main(String[] args) throws InterruptedException {
    HttpUrl url = HttpUrl.get(args[0]);
    int count = Integer.parseInt(args[1]);
    Duration idle = Duration.ofMinutes(5);
    FalSettings settings =
        new FalSettings(
            FalCredentials.NONE, url, url, url, Duration.ofSeconds(30), idle, null, null);
    Inbox<QueueSignal> inbox = new Inbox<>(4_096, MAX_INBOX_BYTES, Duration.ofMinutes(5));
    try (FalHttp http = new FalHttp(settings, "small-heap", count)) {
      StatusStreams streams = new StatusStreams(settings, http, inbox);
      for (int i = 0; i < count; i++) {
        streams.open(new QueueRequest(EndpointId.parse("a/b"), "r" + i), false, false);
      }
      awaitPaused(inbox, streams);
      takeAll(inbox, streams, count);
    }
    System.out.println("took all");
    System.exit(0);
  }

  private static void awaitPaused(Inbox<QueueSignal> inbox, StatusStreams streams)
      throws InterruptedException {
    long end = System.nanoTime() + PAUSE.toNanos();
    while (System.nanoTime() - end < 0 || inbox.size() == 0) {
      inbox.awaitClose(ROUND);
      streams.startNext();
    }
    System.out.println("paused with " + inbox.bytes() + " bytes in the inbox");
  }

  private static void takeAll(Inbox<QueueSignal> inbox, StatusStreams streams, int count)
      throws InterruptedException {
    Set<Object> taken = new HashSet<>();
    while (taken.size() < count) {
      List<QueueSignal> signals = new ArrayList<>();
      inbox.drainTo(signals, 1, ROUND);
      streams.startNext();
      for (QueueSignal signal : signals) {
        if (signal instanceof QueueSignal.StreamEvent event) {
          taken.add(event.stream());
        } else if (signal instanceof QueueSignal.StreamEnded ended) {
          throw new IllegalStateException("a stream ended: " + ended.failure());
        }
      }
    }
  }
}
