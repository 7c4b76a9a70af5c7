// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import io.falconnect.fal.failure.FalFailure;
import okhttp3.HttpUrl;

/** What came of an attempt to mint a token. */
sealed interface TokenMinting {
  /**
   * A token. It is a credential and never shows itself.
   *
   * @param mintedAt when it was asked for: nano time
   */
  record Token(String value, long mintedAt) implements TokenMinting {
    /** The text with every occurrence of the token blotted out, also as the URL has it. */
    String scrub(String text) {
      return text.replace(value, "[hidden]").replace(inUrl(), "[hidden]");
    }

    private String inUrl() {
      HttpUrl url =
          new HttpUrl.Builder().scheme("http").host("h").addQueryParameter("t", value).build();
      return url.encodedQuery().substring("t=".length());
    }

    @Override
    public String toString() {
      return "[hidden]";
    }
  }

  /** None could be had. */
  record Failed(FalFailure failure) implements TokenMinting {}
}
