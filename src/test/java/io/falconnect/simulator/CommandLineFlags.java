// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator;

import java.util.ArrayList;
import java.util.List;

/** Command line flags. Each is read once; the rest is an error. */
final class CommandLineFlags {
  private final List<String> unread;

  CommandLineFlags(String... args) {
    unread = new ArrayList<>(List.of(args));
  }

  boolean readSwitch(String name) {
    return unread.remove(name);
  }

  /** The value of a flag, or null if the flag is missing. */
  String readText(String name) {
    int at = unread.indexOf(name);
    if (at < 0) {
      return null;
    }
    if (at + 1 == unread.size()) {
      throw new IllegalArgumentException(name + " needs a value");
    }
    unread.remove(at);
    return unread.remove(at);
  }

  String readText(String name, String otherwise) {
    String value = readText(name);
    return value == null ? otherwise : value;
  }

  int readNumber(String name, int otherwise) {
    String value = readText(name);
    try {
      return value == null ? otherwise : Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " needs a number, not " + value, e);
    }
  }

  void requireNothingLeft() {
    if (!unread.isEmpty()) {
      throw new IllegalArgumentException("unknown flags " + unread);
    }
  }
}
