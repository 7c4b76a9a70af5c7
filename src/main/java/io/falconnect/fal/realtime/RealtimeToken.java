// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import okhttp3.HttpUrl;

/**
 * A token that opens sessions of one app. It is a credential: no message and no text form of this
 * record shows it.
 *
 * @param value as it goes into the query of the session's URL
 * @param askedAt when it was asked for: nano time
 */
record RealtimeToken(String value, long askedAt) {
  private static final String HIDDEN = "[hidden]";

  /** The text without the token, which may be in it as it is or as a URL has it. */
  String scrub(String text) {
    return text.replace(value, HIDDEN).replace(encodedValue(), HIDDEN);
  }

  private String encodedValue() {
    HttpUrl url =
        new HttpUrl.Builder().scheme("http").host("h").addQueryParameter("t", value).build();
    return url.encodedQuery().substring("t=".length());
  }

  @Override
  public String toString() {
    return HIDDEN;
  }
}
