// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo;

import java.util.List;
import java.util.Map;

/** fal itself. */
final class RealFal implements Fal {
  private final DemoSettings settings;

  RealFal(DemoSettings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return "fal at " + settings.queueUrl();
  }

  @Override
  public String queueUrl() {
    return settings.queueUrl();
  }

  @Override
  public String key() {
    return settings.key();
  }

  @Override
  public List<Order> orders() {
    return List.of(settings.order());
  }

  @Override
  public void expect(Order order) {}

  /** A request may fail at fal: that too was shown as it is. */
  @Override
  public void check(Map<String, Long> outcomes) {}

  @Override
  public void close() {}
}
