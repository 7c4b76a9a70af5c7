// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

import io.falconnect.fal.EndpointId;
import java.util.List;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;

/**
 * One request in fal's queue, and the URLs it is known by.
 *
 * @param endpoint the endpoint it was submitted to
 * @param requestId fal's id of it: letters, digits, {@code -} and {@code _}
 */
public record QueueRequest(EndpointId endpoint, String requestId) {
  private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9_-]{1,256}");

  /**
   * Checks the request id's shape: it becomes part of a path.
   *
   * @throws IllegalArgumentException when the request id has any other character or length
   */
  public QueueRequest {
    checkRequestId(requestId);
  }

  /**
   * Checks a request id's shape.
   *
   * @throws IllegalArgumentException when a text cannot be one
   */
  public static void checkRequestId(String text) {
    if (!isRequestId(text)) {
      throw new IllegalArgumentException(
          "request id '" + bounded(text) + "' is not 1 to 256 letters, digits, '-' or '_'");
    }
  }

  /** Whether a text can be a request id. */
  public static boolean isRequestId(String text) {
    return REQUEST_ID.matcher(text).matches();
  }

  /**
   * Reads the request that a status or result URL names, e.g. {@code
   * https://queue.fal.run/fal-ai/flux/requests/{id}/status}.
   *
   * @param base the queue's configured URL
   * @throws IllegalArgumentException when it is no URL, has another origin than {@code base}, or is
   *     not of that form
   */
  public static QueueRequest fromUrl(HttpUrl base, String text) {
    HttpUrl url = checkOrigin(base, text);
    List<String> prefix = withoutTrailingEmpty(base.encodedPathSegments());
    // Encoded: an encoded slash is no end of a segment, and '%' is part of no id.
    List<String> path = url.encodedPathSegments();
    int requests = path.lastIndexOf("requests");
    if (path.size() < prefix.size()
        || !path.subList(0, prefix.size()).equals(prefix)
        || requests < prefix.size() + 2
        || requests + 1 >= path.size()) {
      throw new IllegalArgumentException(
          "URL path '"
              + bounded(url.encodedPath())
              + "' is not {owner}/{app}/requests/{request id}");
    }
    EndpointId endpoint = EndpointId.parse(String.join("/", path.subList(prefix.size(), requests)));
    return new QueueRequest(endpoint, path.get(requests + 1));
  }

  /**
   * Checks where a URL is.
   *
   * @param base the queue's configured URL
   * @return the URL
   * @throws IllegalArgumentException when it is no URL or has another origin than {@code base}
   */
  public static HttpUrl checkOrigin(HttpUrl base, String text) {
    HttpUrl url = HttpUrl.parse(text);
    if (url == null) {
      throw new IllegalArgumentException("'" + bounded(text) + "' is not an http or https URL");
    }
    if (!url.scheme().equals(base.scheme())
        || !url.host().equals(base.host())
        || url.port() != base.port()) {
      throw new IllegalArgumentException(
          "URL of host '"
              + url.host()
              + ":"
              + url.port()
              + "' is not at fal.queue.url ("
              + base
              + ")");
    }
    return url;
  }

  /** {@code GET}: the status stream, with the runner's logs if asked for. */
  public HttpUrl statusStream(HttpUrl base, boolean logs) {
    HttpUrl.Builder url = result(base).newBuilder().addPathSegments("status/stream");
    return logs ? url.addQueryParameter("logs", "1").build() : url.build();
  }

  /** {@code GET}: the output, or the request's own error. */
  public HttpUrl result(HttpUrl base) {
    HttpUrl.Builder url = base.newBuilder();
    endpoint.app().forEach(url::addPathSegment);
    return url.addPathSegment("requests").addPathSegment(requestId).build();
  }

  private static String bounded(String text) {
    return text.length() > 256 ? text.substring(0, 256) + "…" : text;
  }

  private static List<String> withoutTrailingEmpty(List<String> segments) {
    int last = segments.size() - 1;
    return last >= 0 && segments.get(last).isEmpty() ? segments.subList(0, last) : segments;
  }
}
