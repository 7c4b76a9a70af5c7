// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator;

import java.util.ArrayList;
import java.util.List;

/** Command line flags, each read once. */
final class CommandLineFlags {
  private final List<String> left;

  CommandLineFlags(String... args) {
    left = new ArrayList<>(List.of(args));
  }

  boolean on(String name) {
    return left.remove(name);
  }

  /** Null where the flag is not given. */
  String text(String name) {
    int at = left.indexOf(name);
    if (at < 0) {
      return null;
    }
    if (at + 1 == left.size()) {
      throw new IllegalArgumentException(name + " needs a value");
    }
    left.remove(at);
    return left.remove(at);
  }

  String text(String name, String otherwise) {
    String value = text(name);
    return value == null ? otherwise : value;
  }

  int number(String name, int otherwise) {
    String value = text(name);
    try {
      return value == null ? otherwise : Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " needs a number, not " + value, e);
    }
  }

  void nothingLeft() {
    if (!left.isEmpty()) {
      throw new IllegalArgumentException("unknown flags " + left);
    }
  }
}
