// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.http;

/**
 * Receives signals from the threads that read from fal. Called from many threads at once.
 *
 * @param <S> the type of the signals
 */
public interface SignalReceiver<S> {
  /**
   * Hands over a signal that can be large. Waits for room, but not for ever.
   *
   * @param weight about how many bytes the signal holds
   * @return false if there was no room for too long, or the receiver is closed: then the signal is
   *     lost, and the caller has to end its stream
   */
  boolean offer(S signal, int weight);

  /** Hands over a small signal that each stream or fetch sends only once. Never waits. */
  void tell(S signal);
}
