// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Locale;
import okhttp3.Headers;

/**
 * Whether an answer is one of fal's.
 *
 * @param isFal whether it is certainly fal's
 * @param isOther whether it is certainly another server's
 * @param description what was answered, for a message
 */
public record ServerVerdict(boolean isFal, boolean isOther, String description) {
  private static final int NOT_FOUND = 404;
  private static final int REQUEST_TIMEOUT = 408;
  private static final int METHOD_NOT_ALLOWED = 405;

  static ServerVerdict unsure(String description) {
    return new ServerVerdict(false, false, description);
  }

  static ServerVerdict other(String description) {
    return new ServerVerdict(false, true, description);
  }

  /**
   * Judges the answer to a question about a request that does not exist. fal's errors are JSON
   * objects with the field {@code detail}, and fal's headers begin with {@code x-fal-}. Refusals
   * and failures may come from a server in between, so they decide nothing.
   *
   * @param host which of fal's hosts was asked
   * @param body the beginning of the body
   */
  static ServerVerdict judge(FalHost host, int status, Headers headers, String body) {
    String description = describe(status, headers);
    JsonNode json = OutputJson.readOrText(body);
    boolean isQueue = host == FalHost.QUEUE;
    if (isQueue && status == METHOD_NOT_ALLOWED) {
      return other(description + ": the path of the URL is wrong");
    }
    if (hasFalHeader(headers)
        || json.has("detail")
        || isQueue && status < 300 && isStatus(headers, json)) {
      return new ServerVerdict(true, false, description);
    }
    boolean isRedirected = status >= 300 && status < 400;
    boolean isSuccess = status >= 200 && status < 300;
    boolean isUnknownPath = isQueue && status >= 400 && !mayComeFromBetween(status);
    if (isUnknownPath && status == NOT_FOUND) {
      isUnknownPath = isWebPage(headers) || json.has("error_code");
    }
    return isRedirected || isSuccess || isUnknownPath ? other(description) : unsure(description);
  }

  private static boolean hasFalHeader(Headers headers) {
    return headers.names().stream()
        .anyMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("x-fal-"));
  }

  private static boolean isStatus(Headers headers, JsonNode json) {
    return json.has("status") || contentType(headers).startsWith("text/event-stream");
  }

  /** The 404 of a web server. Connect and schema registries answer with an {@code error_code}. */
  private static boolean isWebPage(Headers headers) {
    return contentType(headers).startsWith("text/html");
  }

  /** Servers in between refuse clients, limit rates and answer for servers that are away. */
  private static boolean mayComeFromBetween(int status) {
    return status == 401
        || status == 403
        || status == 407
        || status == REQUEST_TIMEOUT
        || status == 429
        || status >= 500;
  }

  private static String describe(int status, Headers headers) {
    String type = contentType(headers);
    return "HTTP " + status + (type.isEmpty() ? "" : ", " + type);
  }

  private static String contentType(Headers headers) {
    String type = headers.get("Content-Type");
    return type == null ? "" : type;
  }
}
