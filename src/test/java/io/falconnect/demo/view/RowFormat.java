// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo.view;

import io.falconnect.demo.board.PromptRow;

/** A row as text. The last column is the one that a narrow terminal may cut. */
public final class RowFormat {
  private static final String FORMAT = "%-12s  %-8s  %-11s  %5s  %-9s  %-8s  %s";
  private static final int KEY = 12;
  private static final int ID = 8;
  private static final int LINE = 60;

  static final String HEADER =
      FORMAT.formatted(
          "PROMPT", "REQUEST", "STATUS", "QUEUE", "OUTCOME", "RESULT", "LAST LOG LINE");

  private RowFormat() {}

  static String format(PromptRow row) {
    return FORMAT
        .formatted(
            abbreviate(row.prompt(), KEY),
            shortId(row.requestId()),
            row.status(),
            row.position(),
            row.outcome(),
            row.result() == null ? "" : httpStatus(row),
            abbreviate(row.lastLine(), LINE))
        .stripTrailing();
  }

  /** The HTTP status of fal's answer to the request for the result. */
  static String httpStatus(PromptRow row) {
    return "HTTP " + row.result().path("http_status").asInt();
  }

  /** The first characters of a request id. */
  static String shortId(String requestId) {
    return requestId.substring(0, Math.min(ID, requestId.length()));
  }

  /** Cuts a text, without control characters: log lines of runners can have escapes. */
  public static String abbreviate(String text, int length) {
    String printable = text.replaceAll("\\p{Cntrl}+", " ");
    return printable.length() <= length ? printable : printable.substring(0, length - 1) + "…";
  }
}
