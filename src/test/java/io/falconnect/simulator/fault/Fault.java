// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.fault;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;

/** A fault of one connection or of one answer. */
public sealed interface Fault {

  /** No fault: takes a place in the queue of faults, so that a later connection gets the next. */
  Fault NONE = new Combined(List.of());

  Fault RESET_BEFORE_HEADERS = new Break(Ending.RESET, Break.BEFORE_HEADERS);
  Fault SILENT_BEFORE_HEADERS = new Break(Ending.SILENCE, Break.BEFORE_HEADERS);

  /** The current status, then a TCP reset. */
  Fault RESET_CONNECTION = new Break(Ending.RESET, 1);

  /**
   * The current status, then only the HTTP/2 stream is reset; on HTTP/1.1 the connection closes.
   */
  Fault RESET_STREAM = new Break(Ending.RESET_STREAM, 1);

  /** The first half of the first event, then a TCP reset. */
  Fault RESET_MID_EVENT = new Break(Ending.RESET_MID_EVENT, 0);

  /** Headers, then no events and no comments; the connection stays open. */
  Fault SILENT_AFTER_HEADERS = new Break(Ending.SILENCE, 0);

  /** Headers, then the server reads nothing any more, so that pings are not answered either. */
  Fault DEAD_PEER = new Break(Ending.DEAD, 0);

  /** The current status, then a regular end of the stream, even before COMPLETED. */
  Fault CLEAN_END = new Break(Ending.CLEAN, 1);

  Fault UNAUTHORIZED = status(401, "Invalid credentials");
  Fault FORBIDDEN = status(403, "Access denied");
  Fault NOT_FOUND = status(404, "Request not found");
  Fault METHOD_NOT_ALLOWED = status(405, "Method Not Allowed");
  Fault TOO_MANY_REQUESTS = status(429, "Too many requests");
  Fault SERVER_ERROR = typed(500, "Internal Server Error", "internal_error");
  Fault UNAVAILABLE = typed(503, "Service Unavailable", "runner_scheduling_failure");
  Fault UNPROCESSABLE =
      new Reply(
          422,
          Map.of(),
          "{\"detail\":[{\"loc\":[\"body\",\"prompt\"],\"msg\":\"field required\","
              + "\"type\":\"value_error.missing\"}]}");

  /** A gateway's own page, not fal's JSON. */
  Fault BAD_GATEWAY =
      new Reply(502, Map.of("Content-Type", "text/html"), "<html>502 Bad Gateway</html>");

  Fault USER_TIMEOUT =
      new Reply(
          504,
          Map.of("X-Fal-Request-Timeout-Type", "user", "X-Fal-Error-Type", "request_timeout"),
          "{\"detail\":\"Request timed out\",\"error_type\":\"request_timeout\"}");

  Fault JSON_200 = new JsonInstead(200);
  Fault JSON_202 = new JsonInstead(202);

  Fault CRLF = new WireStyle(Style.CRLF);
  Fault CR = new WireStyle(Style.CR);
  Fault MULTI_LINE_DATA = new WireStyle(Style.MULTI_LINE_DATA);
  Fault SPLIT_UTF8 = new WireStyle(Style.SPLIT_UTF8);
  Fault BYTE_ORDER_MARK = new WireStyle(Style.BYTE_ORDER_MARK);
  Fault RETRY_LINE = new WireStyle(Style.RETRY_LINE);
  Fault EXTRA_FIELDS = new WireStyle(Style.EXTRA_FIELDS);

  /** The event COMPLETED ends without its blank line; then the stream ends regularly. */
  Fault NO_LAST_BLANK_LINE = new WireStyle(Style.NO_LAST_BLANK_LINE);

  Fault UNKNOWN_STATUS = new StrangeEvent(StrangeKind.UNKNOWN_STATUS);
  Fault NOT_JSON = new StrangeEvent(StrangeKind.NOT_JSON);
  Fault NOT_AN_OBJECT = new StrangeEvent(StrangeKind.NOT_AN_OBJECT);
  Fault OTHER_REQUEST = new StrangeEvent(StrangeKind.OTHER_REQUEST);
  Fault HUGE_LOG_LINE = new StrangeEvent(StrangeKind.HUGE_LOG_LINE);

  /** The current status, then a malformed or unexpected event in place of each comment. */
  static Fault strangeEventsForComments(StrangeKind kind) {
    return new StrangeComments(kind);
  }

  static Fault resetAfter(int events) {
    return new Break(Ending.RESET, events);
  }

  static Fault resetMidEventAfter(int events) {
    return new Break(Ending.RESET_MID_EVENT, events);
  }

  static Fault silentAfter(int events) {
    return new Break(Ending.SILENCE, events);
  }

  static Fault cleanEndAfter(int events) {
    return new Break(Ending.CLEAN, events);
  }

  static Fault status(int status, String detail) {
    return new Reply(status, Map.of(), object().put("detail", detail).toString());
  }

  /** An error that names its type in the body and in {@code X-Fal-Error-Type}. */
  static Fault typed(int status, String detail, String errorType) {
    return new Reply(
        status,
        Map.of("X-Fal-Error-Type", errorType),
        object().put("detail", detail).put("error_type", errorType).toString());
  }

  /** An error of which fal says that another attempt is of no use. */
  static Fault finalError(int status) {
    return new Reply(
        status, Map.of("X-Fal-Retryable", "false"), object().put("detail", "for good").toString());
  }

  static Fault reply(int status, Map<String, String> headers, String body) {
    return new Reply(status, headers, body);
  }

  /** 429, {@code Retry-After} in seconds. */
  static Fault retryAfterSeconds(long seconds) {
    return new Reply(429, Map.of("Retry-After", Long.toString(seconds)), "{\"detail\":\"slow\"}");
  }

  /** 429, {@code Retry-After} as a date that far from now. */
  static Fault retryAfterDate(Duration fromNow) {
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            ZonedDateTime.now(ZoneOffset.UTC).plus(fromNow));
    return new Reply(429, Map.of("Retry-After", date), "{\"detail\":\"slow\"}");
  }

  static Fault redirect(String url) {
    return new Reply(302, Map.of("Location", url), "");
  }

  /** A submission is accepted at once; the answer follows after the delay. */
  static Fault delayedAnswer(Duration delay) {
    return new DelayedAnswer(delay);
  }

  /** 200 and an output of about that many characters. */
  static Fault bigOutput(int size) {
    return new Reply(200, Map.of(), object().put("blob", "x".repeat(size)).toString());
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** Several faults on the same connection. */
  static Fault allOf(Fault... faults) {
    return new Combined(List.of(faults));
  }

  /** How a connection ends too early. */
  enum Ending {
    RESET,
    RESET_STREAM,
    RESET_MID_EVENT,
    CLEAN,
    SILENCE,
    DEAD
  }

  /** How events are written as bytes. */
  enum Style {
    CRLF,
    CR,
    MULTI_LINE_DATA,
    SPLIT_UTF8,
    BYTE_ORDER_MARK,
    RETRY_LINE,
    EXTRA_FIELDS,
    NO_LAST_BLANK_LINE
  }

  /** Events that fal does not send. */
  enum StrangeKind {
    UNKNOWN_STATUS,
    EMPTY,
    NOT_JSON,
    NOT_AN_OBJECT,
    OTHER_REQUEST,
    HUGE_LOG_LINE,

    /** A comment that a gateway has made an event of. */
    COMMENT_AS_DATA
  }

  /** An answer instead of the one asked for. */
  record Reply(int status, Map<String, String> headers, String body) implements Fault {}

  /** The status object as plain JSON where a stream was asked for. */
  record JsonInstead(int status) implements Fault {}

  /** The connection ends once so many events (on a WebSocket: frames) are sent. */
  record Break(Ending ending, int afterEvents) implements Fault {
    static final int BEFORE_HEADERS = -1;

    public boolean isBeforeHeaders() {
      return afterEvents == BEFORE_HEADERS;
    }
  }

  /** The request is accepted at once, the answer is sent after the delay. */
  record DelayedAnswer(Duration delay) implements Fault {}

  /** Applies to the whole connection. */
  record WireStyle(Style style) implements Fault {}

  /** One event before the first regular one; {@code HUGE_LOG_LINE} is inside the first. */
  record StrangeEvent(StrangeKind kind) implements Fault {}

  /** An event of this kind in place of each comment. */
  record StrangeComments(StrangeKind kind) implements Fault {}

  /** Several faults at the same time. */
  record Combined(List<Fault> faults) implements Fault {}
}
