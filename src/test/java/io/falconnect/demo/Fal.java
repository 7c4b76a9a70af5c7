// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo;

import java.util.List;
import java.util.Map;

/** The fal that the demo talks to. */
sealed interface Fal extends AutoCloseable permits SimulatedFal, RealFal {
  /** The fal that the settings ask for. */
  static Fal of(DemoSettings settings) {
    return settings.real() ? new RealFal(settings) : new SimulatedFal();
  }

  /** How messages call it. */
  String name();

  String queueUrl();

  /** The key it lets in. Not to be shown. */
  String key();

  /** What is to be submitted, in order. */
  List<Order> orders();

  /** To be called before an order is submitted. */
  void expect(Order order);

  /** Fails unless the requests ended as they should, where that is known. */
  void check(Map<String, Long> outcomes);

  @Override
  void close();
}
