// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

import java.util.List;
import okhttp3.HttpUrl;

/**
 * The URLs of a request as fal's answer to its submission has them, if they are not what its id
 * would give. fal asks its clients to use these URLs.
 *
 * @param status the URL of the status, or null
 * @param response the URL of the result, or null
 * @param cancel the URL that cancels the request, or null
 */
public record RequestUrls(String status, String response, String cancel) {
  /** The URLs are what the id gives. */
  public static final RequestUrls NONE = new RequestUrls(null, null, null);

  private static final List<List<String>> TAILS =
      List.of(List.of(), List.of("status"), List.of("status", "stream"), List.of("cancel"));

  /** Whether there is no URL. */
  public boolean isEmpty() {
    return equals(NONE);
  }

  /** The URLs that the request's id does not give. Others that do not have its id are left out. */
  static RequestUrls of(
      HttpUrl base, QueueRequest request, String status, String response, String cancel) {
    return new RequestUrls(
        keepOther(base, request, status),
        keepOther(base, request, response),
        keepOther(base, request, cancel));
  }

  private static String keepOther(HttpUrl base, QueueRequest request, String text) {
    if (text == null || isGiven(base, request, text)) {
      return null;
    }
    HttpUrl url = QueueRequest.parseUrl(base, text);
    return url.encodedPathSegments().contains(request.requestId()) ? text : null;
  }

  private static boolean isGiven(HttpUrl base, QueueRequest request, String text) {
    try {
      HttpUrl url = QueueRequest.parseUrl(base, text);
      QueueRequest named = QueueRequest.fromUrl(base, text);
      List<String> path = url.encodedPathSegments();
      List<String> tail = path.subList(path.lastIndexOf("requests") + 2, path.size());
      return url.query() == null
          && named.requestId().equals(request.requestId())
          && named.endpoint().app().equals(request.endpoint().app())
          && TAILS.contains(tail);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
