// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.http;

import java.util.stream.Collectors;

/**
 * Comments of a stream that a gateway has made data of: {@code data: : ping}. No JSON has a line
 * that begins so. Stateless.
 */
public final class GatewayComments {
  private static final String MARK = ":";

  private GatewayComments() {}

  /** The data of an event without such lines. The same text if there are none. */
  public static String remove(String data) {
    if (!data.startsWith(MARK) && !data.contains("\n" + MARK)) {
      return data;
    }
    return data.lines().filter(line -> !line.startsWith(MARK)).collect(Collectors.joining("\n"));
  }
}
