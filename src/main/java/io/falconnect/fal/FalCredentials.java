// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal;

import okhttp3.Request;

/**
 * The key to a fal account, or none: public models need no key. It never shows itself: {@link
 * #toString()} says only whether there is one.
 */
public final class FalCredentials {
  /** No key. */
  public static final FalCredentials NONE = new FalCredentials(null);

  private final String key;

  private FalCredentials(String key) {
    this.key = key;
  }

  /**
   * Credentials of a key; null or blank is none. Surrounding white space, as files have, is cut.
   */
  public static FalCredentials ofKey(String key) {
    return key == null || key.isBlank() ? NONE : new FalCredentials(key.strip());
  }

  /** Whether there is a key. */
  public boolean present() {
    return key != null;
  }

  /** Whether the key can be a header's value: printable ASCII. */
  public boolean sendable() {
    return key == null || key.chars().allMatch(c -> c > 0x20 && c < 0x7f);
  }

  /** Adds {@code Authorization: Key …}, where there is a key. */
  Request.Builder authorize(Request.Builder request) {
    return key == null ? request : request.header("Authorization", "Key " + key);
  }

  /** The text with every occurrence of the key blotted out: a server may echo what it was sent. */
  String scrub(String text) {
    return key == null ? text : text.replace(key, "[hidden]");
  }

  @Override
  public String toString() {
    return key == null ? "no key" : "[hidden]";
  }
}
