// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster.process;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** Waits with a time limit, whose failures say what was seen last. */
public final class Waits {

  private static final Duration INTERVAL = Duration.ofMillis(100);

  private Waits() {}

  /**
   * Calls the probe repeatedly until there is an answer. Exceptions count as no answer yet; the
   * last one becomes the cause of the failure.
   *
   * @param what completes the sentence "Waited in vain for …"
   * @param diagnosis asked once, after the wait has failed
   */
  public static <T> T until(
      String what, Duration limit, Callable<Optional<T>> probe, Supplier<String> diagnosis) {
    AtomicReference<T> answer = new AtomicReference<>();
    AtomicReference<Throwable> last = new AtomicReference<>();
    try {
      Awaitility.await()
          .atMost(limit)
          .pollInterval(INTERVAL)
          .pollDelay(Duration.ZERO)
          .until(() -> tryOnce(probe, answer, last));
      return answer.get();
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          "Waited in vain for %s, %d s long.%n%s"
              .formatted(what, limit.toSeconds(), diagnosis.get()),
          last.get());
    }
  }

  /** Whether a condition comes to hold in time. */
  public static boolean becomesTrue(Duration limit, Callable<Boolean> condition) {
    try {
      Awaitility.await().atMost(limit).pollInterval(INTERVAL).until(condition);
      return true;
    } catch (ConditionTimeoutException e) {
      return false;
    }
  }

  private static <T> boolean tryOnce(
      Callable<Optional<T>> probe, AtomicReference<T> answer, AtomicReference<Throwable> last) {
    try {
      probe.call().ifPresent(answer::set);
      last.set(null);
    } catch (ProcessDiedException e) {
      throw e;
    } catch (Exception | AssertionError e) {
      last.set(e);
    }
    return answer.get() != null;
  }
}
