// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;

/**
 * Keeps the token of one app until nine tenths of its life are over, as fal's official clients do.
 * One token is minted at a time, and all who ask meanwhile get the same one. Safe for any thread.
 */
final class TokenCache {
  private final TokenMinter minter;
  private final long usableNanos;
  private final LongSupplier nanoClock;
  private CompletableFuture<TokenMinting> current;

  /**
   * Mints nothing yet.
   *
   * @param life how long a token lives
   * @param nanoClock the clock that the minter uses as well, {@code System::nanoTime} outside tests
   */
  TokenCache(TokenMinter minter, Duration life, LongSupplier nanoClock) {
    this.minter = minter;
    this.usableNanos = life.toNanos() / 10 * 9;
    this.nanoClock = nanoClock;
  }

  /**
   * A token that is still good, or the failure to get one. Returns at once. A token that has to be
   * minted completes on a thread of the HTTP client.
   */
  synchronized CompletableFuture<TokenMinting> getToken() {
    if (current == null || !isUsable(current.getNow(null))) {
      current = minter.mint();
    }
    return current;
  }

  /** Forgets a token that fal has refused. A newer token stays. */
  synchronized void discard(RealtimeToken token) {
    boolean kept =
        current != null
            && current.getNow(null) instanceof TokenMinting.Minted minted
            && minted.token() == token;
    current = kept ? null : current;
  }

  /**
   * Whether that is what to give to whoever asks.
   *
   * @param minting null while the token is being minted
   */
  private boolean isUsable(TokenMinting minting) {
    if (minting instanceof TokenMinting.Minted minted) {
      return nanoClock.getAsLong() - minted.token().askedAt() < usableNanos;
    }
    return minting == null;
  }
}
