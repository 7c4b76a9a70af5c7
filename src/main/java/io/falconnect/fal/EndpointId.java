// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal;

import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;

/**
 * A fal endpoint id: {@code owner/app[/path…]}, with an optional namespace in front ({@code
 * workflows/owner/app/…}, {@code comfy/owner/app/…}). The legacy form {@code 12345-my-app} is read
 * as {@code 12345/my-app}, as fal's official clients read it.
 *
 * @param value the id as it was asked for
 * @param segments its two to six segments
 */
public record EndpointId(String value, List<String> segments) {
  /** The shape of an id, for messages. */
  public static final String SHAPE =
      "two to six segments of letters, digits, '.', '_' or '-', none of them '.' or '..', like owner/app";

  private static final Set<String> NAMESPACES = Set.of("workflows", "comfy");
  private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9._-]+");
  private static final Pattern LEGACY = Pattern.compile("([0-9]+)-([A-Za-z0-9-]+)");
  private static final int MAX_LENGTH = 512;

  /**
   * Reads an endpoint id.
   *
   * @throws IllegalArgumentException when it has not the {@link #SHAPE} of one; the message says so
   */
  public static EndpointId parse(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          "endpoint id is longer than " + MAX_LENGTH + " characters");
    }
    Matcher legacy = LEGACY.matcher(text);
    if (legacy.matches()) {
      return new EndpointId(text, List.of(legacy.group(1), legacy.group(2)));
    }
    List<String> segments = List.of(text.split("/", -1));
    boolean sound = segments.size() >= 2 && segments.size() <= 6;
    for (String segment : segments) {
      sound &= SEGMENT.matcher(segment).matches() && !segment.equals(".") && !segment.equals("..");
    }
    if (!sound) {
      throw new IllegalArgumentException("endpoint id '" + text + "' is not " + SHAPE);
    }
    return new EndpointId(text, segments);
  }

  /**
   * The segments that name the app: {@code [namespace/]owner/app}. Status, status stream, result
   * and cancel know an app only by these, and fal's official clients ask for them so; with the rest
   * of the path fal answers 405.
   */
  public List<String> app() {
    int length = segments.size() > 2 && NAMESPACES.contains(segments.get(0)) ? 3 : 2;
    return segments.subList(0, length);
  }

  /**
   * A URL of the endpoint. An id that already ends in the path gets no second one. The name of the
   * app is no path, whatever it is.
   *
   * @param base of the host
   * @param path below the id, like {@code /stream}; empty for none
   */
  public HttpUrl at(HttpUrl base, String path) {
    HttpUrl.Builder url = base.newBuilder();
    segments.forEach(url::addPathSegment);
    String below = path.startsWith("/") ? path.substring(1) : path;
    String last = below.endsWith("/") ? below.substring(0, below.length() - 1) : below;
    List<String> ownPath = segments.subList(app().size(), segments.size());
    if (!last.isEmpty() && !("/" + String.join("/", ownPath)).endsWith("/" + last)) {
      url.addPathSegments(below);
    }
    return url.build();
  }

  @Override
  public String toString() {
    return value;
  }
}
