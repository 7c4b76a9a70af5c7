// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

import io.falconnect.fal.EndpointId;
import java.util.List;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;

/**
 * One request in fal's queue, and its URLs. The URLs have only the app of the endpoint, not the
 * path: fal answers 405 otherwise.
 *
 * @param endpoint the endpoint to which the request was submitted
 * @param requestId the id that fal gave it: letters, digits, {@code -} and {@code _}
 * @param urls the URLs that fal gave it, if they are not what the id gives
 */
public record QueueRequest(EndpointId endpoint, String requestId, RequestUrls urls) {
  private static final Pattern REQUEST_ID = Pattern.compile("[A-Za-z0-9_-]{1,256}");

  /**
   * Checks the form of the request id: it becomes part of a path.
   *
   * @throws IllegalArgumentException if the request id has another character or length
   */
  public QueueRequest {
    checkRequestId(requestId);
  }

  /** A request whose URLs are what its id gives. */
  public QueueRequest(EndpointId endpoint, String requestId) {
    this(endpoint, requestId, RequestUrls.NONE);
  }

  /**
   * The same request with the URLs of fal's answer to its submission. Each may be null.
   *
   * @throws IllegalArgumentException if one is not a URL at {@code base}
   */
  public QueueRequest withUrls(HttpUrl base, String status, String response, String cancel) {
    return new QueueRequest(
        endpoint, requestId, RequestUrls.of(base, this, status, response, cancel));
  }

  /**
   * Checks the form of a request id.
   *
   * @throws IllegalArgumentException if the text cannot be a request id
   */
  public static void checkRequestId(String text) {
    if (!isRequestId(text)) {
      throw new IllegalArgumentException(
          "request id '" + shorten(text) + "' is not 1 to 256 letters, digits, '-' or '_'");
    }
  }

  /** Whether a text can be a request id. */
  public static boolean isRequestId(String text) {
    return REQUEST_ID.matcher(text).matches();
  }

  /**
   * Parses a status or result URL, e.g. {@code
   * https://queue.fal.run/fal-ai/flux/requests/{id}/status}.
   *
   * @param base the configured URL of the queue
   * @throws IllegalArgumentException if the text is not a URL of that form, or has another origin
   *     than {@code base}
   */
  public static QueueRequest fromUrl(HttpUrl base, String text) {
    HttpUrl url = parseUrl(base, text);
    List<String> prefix = withoutTrailingEmpty(base.encodedPathSegments());
    // Encoded, so that an encoded slash does not end a segment. An id has no '%'.
    List<String> path = url.encodedPathSegments();
    int requests = path.lastIndexOf("requests");
    if (path.size() < prefix.size()
        || !path.subList(0, prefix.size()).equals(prefix)
        || requests < prefix.size() + 2
        || requests + 1 >= path.size()) {
      throw new IllegalArgumentException(
          "URL path '"
              + shorten(url.encodedPath())
              + "' is not {owner}/{app}/requests/{request id}");
    }
    EndpointId endpoint = EndpointId.parse(String.join("/", path.subList(prefix.size(), requests)));
    return new QueueRequest(endpoint, path.get(requests + 1));
  }

  /**
   * Parses a URL and checks its scheme, host and port.
   *
   * @param base the configured URL of the queue
   * @throws IllegalArgumentException if the text is not a URL, or has another origin than {@code
   *     base}
   */
  public static HttpUrl parseUrl(HttpUrl base, String text) {
    HttpUrl url = HttpUrl.parse(text);
    if (url == null) {
      throw new IllegalArgumentException("'" + shorten(text) + "' is not an http or https URL");
    }
    if (!hasSameOrigin(base, url)) {
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

  /**
   * The base URL that a URL is of: fal may answer with URLs of a spare host.
   *
   * @param bases the configured URLs of the queue, at least one
   * @return the first of them with the same origin, else the first of all
   */
  public static HttpUrl findBase(List<HttpUrl> bases, String text) {
    HttpUrl url = HttpUrl.parse(text);
    return bases.stream()
        .filter(base -> url != null && hasSameOrigin(base, url))
        .findFirst()
        .orElse(bases.get(0));
  }

  private static boolean hasSameOrigin(HttpUrl base, HttpUrl url) {
    return url.scheme().equals(base.scheme())
        && url.host().equals(base.host())
        && url.port() == base.port();
  }

  /**
   * The URL of the status stream, for {@code GET}.
   *
   * @param logs whether the runner's log lines are wanted
   */
  HttpUrl statusStreamUrl(HttpUrl base, boolean logs) {
    HttpUrl own = ownUrl(base, urls.status());
    HttpUrl status = own != null ? own : idUrl(base).newBuilder().addPathSegment("status").build();
    HttpUrl.Builder url = status.newBuilder();
    if (!status.encodedPath().endsWith("/stream")) {
      url.addPathSegment("stream");
    }
    return logs ? url.setQueryParameter("logs", "1").build() : url.build();
  }

  /** The URL of the output or the request's own error, for {@code GET}. */
  HttpUrl resultUrl(HttpUrl base) {
    HttpUrl own = ownUrl(base, urls.response());
    return own != null ? own : idUrl(base);
  }

  /** Null if there is none, or if it is not at the configured URL: then the id gives the URL. */
  private static HttpUrl ownUrl(HttpUrl base, String text) {
    try {
      return text == null ? null : parseUrl(base, text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private HttpUrl idUrl(HttpUrl base) {
    HttpUrl.Builder url = base.newBuilder();
    endpoint.app().forEach(url::addPathSegment);
    return url.addPathSegment("requests").addPathSegment(requestId).build();
  }

  private static String shorten(String text) {
    return text.length() > 256 ? text.substring(0, 256) + "…" : text;
  }

  private static List<String> withoutTrailingEmpty(List<String> segments) {
    int last = segments.size() - 1;
    return last >= 0 && segments.get(last).isEmpty() ? segments.subList(0, last) : segments;
  }
}
