// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.call;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import okhttp3.HttpUrl;

/**
 * Hides the query of a URL in texts of fal: the whole query, its values, and the parts of a value
 * that is itself a URL, such as a webhook with a password or a signature. fal may repeat a value
 * decoded, encoded, normalised, or only in part. Immutable.
 */
final class QuerySecrets {
  /** Shorter values are not hidden, because they may be ordinary words. */
  private static final int SHORTEST_SECRET = 4;

  private static final String HIDDEN = "[hidden]";

  private final List<String> longestFirst;

  private QuerySecrets(Set<String> secrets) {
    this.longestFirst = new ArrayList<>(secrets);
    longestFirst.sort(Comparator.comparingInt(String::length).reversed());
  }

  /** Collects the secrets in the query of a URL. */
  static QuerySecrets of(HttpUrl url) {
    Set<String> secrets = new LinkedHashSet<>();
    addQuery(url, secrets);
    url.queryParameterNames().stream()
        .flatMap(name -> url.queryParameterValues(name).stream())
        .map(value -> value == null ? null : HttpUrl.parse(value))
        .forEach(nested -> addUrl(nested, secrets));
    secrets.removeIf(secret -> secret.length() < SHORTEST_SECRET);
    return new QuerySecrets(secrets);
  }

  private static void addUrl(HttpUrl url, Set<String> secrets) {
    if (url != null) {
      secrets.add(url.toString());
      secrets.add(url.encodedPath());
      Collections.addAll(secrets, url.username(), url.password());
      Collections.addAll(secrets, url.encodedUsername(), url.encodedPassword());
      addQuery(url, secrets);
    }
  }

  private static void addQuery(HttpUrl url, Set<String> secrets) {
    if (url.query() == null) {
      return;
    }
    Collections.addAll(secrets, url.query(), url.encodedQuery());
    Arrays.stream(url.encodedQuery().split("&"))
        .map(pair -> pair.substring(pair.indexOf('=') + 1))
        .forEach(secrets::add);
    for (int i = 0; i < url.querySize(); i++) {
      String value = url.queryParameterValue(i);
      if (value != null) {
        secrets.add(value);
      }
    }
  }

  /** Replaces every secret in a text by {@code [hidden]}. */
  String scrub(String text) {
    String hidden = text;
    for (String secret : longestFirst) {
      hidden = hidden.replace(secret, HIDDEN);
    }
    return hidden;
  }
}
