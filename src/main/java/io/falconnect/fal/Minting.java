// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal;

/** What came of an attempt to mint a token. */
sealed interface Minting {
  /**
   * A token. It is a credential and never shows itself.
   *
   * @param mintedAt when it was asked for: nano time
   */
  record Token(String value, long mintedAt) implements Minting {
    /** The text with every occurrence of the token blotted out. */
    String scrub(String text) {
      return text.replace(value, "[hidden]");
    }

    @Override
    public String toString() {
      return "[hidden]";
    }
  }

  /** None could be had. */
  record Failed(FalFailure failure) implements Minting {}
}
