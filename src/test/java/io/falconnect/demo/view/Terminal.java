// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo.view;

import java.io.Console;
import java.lang.reflect.InvocationTargetException;

/** Whether standard output is a terminal that can redraw. */
final class Terminal {
  private Terminal() {}

  static boolean isThere() {
    Console console = System.console();
    String type = System.getenv("TERM");
    boolean capable = type != null && !type.equals("dumb");
    return console != null && capable && isTerminal(console);
  }

  /** Since JDK 22 there is a console without a terminal too, and a method to ask. */
  private static boolean isTerminal(Console console) {
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (IllegalAccessException | InvocationTargetException e) {
      return false;
    }
  }
}
