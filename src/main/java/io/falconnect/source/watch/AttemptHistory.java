// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.watch;

import java.time.Duration;
import java.util.Optional;

/** How the attempts of one watch have been faring. Knows no clock: nano times are arguments. */
final class AttemptHistory {
  private long startedAt;
  private int failures;
  private boolean failing;
  private long failingSince;
  private long retryMillis = -1;

  void started(long now) {
    startedAt = now;
  }

  /**
   * fal told a status: whatever failed before is over.
   *
   * @param news whether it was a new one; only then the next reconnect may come soon
   */
  void healthy(boolean news) {
    failing = false;
    if (news) {
      failures = 0;
    }
  }

  void failing(long now) {
    if (!failing) {
      failing = true;
      failingSince = now;
    }
  }

  /**
   * Counts the end of an attempt. One that lasted is not held against the next: backing off is for
   * attempts that end soon.
   *
   * @return how many in a row ended soon, this one included
   */
  int ended(long now, Duration lasting) {
    if (now - startedAt >= lasting.toNanos()) {
      failures = 0;
    }
    return ++failures;
  }

  /**
   * The wait before a reconnect that the server asked for: it holds until it asks for another.
   *
   * @param told what it asked for by now, or -1
   * @return what holds, or -1
   */
  long retry(long told) {
    retryMillis = told < 0 ? retryMillis : told;
    return retryMillis;
  }

  /** Nobody looked for so long, in nanoseconds, which is not held against it. */
  void away(long nanos) {
    failingSince += nanos;
  }

  /** How long it may go on failing; zero or less when its time is up; empty while it is not. */
  Optional<Duration> patienceLeft(long now, Duration timeout) {
    return failing ? Optional.of(timeout.minusNanos(now - failingSince)) : Optional.empty();
  }
}
