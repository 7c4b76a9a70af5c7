// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import io.falconnect.fal.failure.FalFailure;

/** The result of an attempt to mint a token. */
sealed interface TokenMinting {
  /** fal has given a token. */
  record Minted(RealtimeToken token) implements TokenMinting {}

  /** There is no token. */
  record Failed(FalFailure failure) implements TokenMinting {}
}
