// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import okhttp3.Request;

/**
 * The key of a fal account, or no key: public models need none. Immutable. {@link #toString()} does
 * not contain the key.
 */
public final class FalCredentials {
  /** No key. */
  public static final FalCredentials NONE = new FalCredentials(null, List.of());

  /** Shorter parts of a key are not hidden, because they may be ordinary words. */
  private static final int SHORTEST_SECRET = 8;

  private final String key;

  /** Finds the key in a text. Null without a key. */
  private final Pattern secrets;

  private FalCredentials(String key, Collection<String> others) {
    this.key = key;
    this.secrets = key == null && others.isEmpty() ? null : toPattern(key, others);
  }

  /**
   * Matches the key, its two halves (fal's keys have the form {@code id:secret}), and all of these
   * as they are encoded in a URL. The whole key comes first, because it contains its halves.
   */
  private static Pattern toPattern(String key, Collection<String> others) {
    Stream<String> keys =
        key == null
            ? Stream.empty()
            : Stream.concat(
                Stream.of(key),
                Arrays.stream(key.split(":", 2)).filter(half -> half.length() >= SHORTEST_SECRET));
    String forms =
        Stream.concat(keys, others.stream())
            .flatMap(part -> Stream.of(URLEncoder.encode(part, UTF_8), part))
            .distinct()
            .map(Pattern::quote)
            .collect(Collectors.joining("|"));
    return Pattern.compile(forms, Pattern.CASE_INSENSITIVE);
  }

  /**
   * Makes credentials of a key.
   *
   * @param key null or blank for no key; white space around it, as in files, is removed
   */
  public static FalCredentials ofKey(String key) {
    return key == null || key.isBlank() ? NONE : new FalCredentials(key.strip(), List.of());
  }

  /**
   * The same key, with further texts that {@link #scrub} hides. Texts of less than eight characters
   * are not hidden.
   */
  public FalCredentials hiding(Collection<String> texts) {
    return new FalCredentials(
        key, texts.stream().filter(text -> text.length() >= SHORTEST_SECRET).toList());
  }

  /** Whether there is a key. */
  public boolean isPresent() {
    return key != null;
  }

  /** Whether the key can be sent as the value of a header: printable ASCII only. */
  public boolean isSendable() {
    return key == null || key.chars().allMatch(c -> c > 0x20 && c < 0x7f);
  }

  /** Adds the header {@code Authorization: Key …}, if there is a key. */
  public Request.Builder authorize(Request.Builder request) {
    return key == null ? request : request.header("Authorization", "Key " + key);
  }

  /**
   * Replaces the key in a text by {@code [hidden]}, also a long half of the key and their URL
   * encoded forms. A server may echo what it was sent.
   */
  public String scrub(String text) {
    return secrets == null ? text : secrets.matcher(text).replaceAll("[hidden]");
  }

  @Override
  public String toString() {
    return key == null ? "no key" : "[hidden]";
  }
}
