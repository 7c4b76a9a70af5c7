// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.state;

import io.falconnect.fal.EndpointId;
import io.falconnect.fal.queue.RequestUrls;
import java.util.Arrays;

/**
 * Estimates how many bytes open watches take in a source offset, in the form that {@link
 * OpenWatchWriter} describes. Stateless.
 */
final class OpenWatchSize {
  /** Control offset, sequence and a usual queue position with their punctuation. */
  private static final int NUMBERS = 24;

  private static final int USUAL_POSITION = 6;

  private static final int PUNCTUATION = 16;

  /** An outcome, and a null in the place of the log cursor. */
  private static final int FINISHED = 20;

  /** A timestamp, and the nulls that may be in the places before it. */
  private static final int TIMESTAMP = 48;

  private OpenWatchSize() {}

  /**
   * An upper bound of the bytes that a watch takes in a source offset without its endpoint id. It
   * leaves room for the statuses, positions and log cursors that are usual later on.
   */
  static int estimateBytes(WatchState watch) {
    int status =
        watch.status() == null ? 0 : watch.status().chars().map(OpenWatchSize::estimateBytes).sum();
    int position =
        watch.queuePosition() == null ? 0 : String.valueOf(watch.queuePosition()).length();
    int logs = watch.logs() == null ? 0 : LogCursor.MAX_RENDERED + NUMBERS;
    int finished = watch.finished() == null ? 0 : FINISHED;
    int askedAt = watch.askedAt() == 0 ? 0 : TIMESTAMP;
    return watch.request().requestId().length()
        + NUMBERS
        + Math.max(0, position - USUAL_POSITION)
        + PUNCTUATION
        + Math.max("IN_PROGRESS".length(), status)
        + logs
        + finished
        + estimateBytes(watch.request().urls())
        + askedAt;
  }

  private static int estimateBytes(RequestUrls urls) {
    if (urls.isEmpty()) {
      return 0;
    }
    int bytes = FINISHED;
    for (String url : Arrays.asList(urls.status(), urls.response(), urls.cancel())) {
      bytes += PUNCTUATION;
      bytes += url == null ? 0 : url.chars().map(OpenWatchSize::estimateBytes).sum();
    }
    return bytes;
  }

  /** An upper bound of the bytes that an endpoint id takes without its watches. */
  static int estimateBytes(EndpointId endpoint) {
    return endpoint.value().length() + PUNCTUATION;
  }

  /** An upper bound for one character: it is escaped in 'open', and again in the offset. */
  private static int estimateBytes(int character) {
    boolean plain = character >= 0x20 && character < 0x7f && character != '"' && character != '\\';
    return plain ? 1 : 7;
  }
}
