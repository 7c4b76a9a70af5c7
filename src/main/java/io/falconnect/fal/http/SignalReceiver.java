// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.http;

/**
 * Takes signals from the threads that read from fal. Called from many threads at once.
 *
 * @param <S> what is said
 */
public interface SignalReceiver<S> {
  /**
   * Hands over something that can be large, waiting for room within bounds.
   *
   * @param weight about how many bytes it holds
   * @return false if there was no room for too long, or nobody listens any more: the signal was not
   *     taken and the stream is to end
   */
  boolean offer(S signal, int weight);

  /** Hands over something small that each stream or fetch says once; never waits. */
  void tell(S signal);
}
