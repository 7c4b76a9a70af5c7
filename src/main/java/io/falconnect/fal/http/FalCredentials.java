// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.Arrays;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import okhttp3.Request;

/**
 * The key to a fal account, or none: public models need no key. It never shows itself: {@link
 * #toString()} says only whether there is one.
 */
public final class FalCredentials {
  /** No key. */
  public static final FalCredentials NONE = new FalCredentials(null);

  /** A shorter part of a key may be a word like any other. */
  private static final int TELLING = 8;

  private final String key;

  /** What of it is not to be shown. */
  private final Pattern telling;

  private FalCredentials(String key) {
    this.key = key;
    this.telling = key == null ? null : telling(key);
  }

  /**
   * The key, its halves, as fal's keys have them on both sides of a colon, and these as they are in
   * a URL. The longest comes first: where it is, its halves are too.
   */
  private static Pattern telling(String key) {
    Stream<String> halves =
        Arrays.stream(key.split(":", 2)).filter(half -> half.length() >= TELLING);
    String forms =
        Stream.concat(Stream.of(key), halves)
            .flatMap(part -> Stream.of(URLEncoder.encode(part, UTF_8), part))
            .distinct()
            .map(Pattern::quote)
            .collect(Collectors.joining("|"));
    return Pattern.compile(forms, Pattern.CASE_INSENSITIVE);
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
  public Request.Builder authorize(Request.Builder request) {
    return key == null ? request : request.header("Authorization", "Key " + key);
  }

  /**
   * The text with every occurrence of the key blotted out, also of a long half of it and of what is
   * encoded for a URL: a server may echo what it was sent.
   */
  public String scrub(String text) {
    return key == null ? text : telling.matcher(text).replaceAll("[hidden]");
  }

  @Override
  public String toString() {
    return key == null ? "no key" : "[hidden]";
  }
}
