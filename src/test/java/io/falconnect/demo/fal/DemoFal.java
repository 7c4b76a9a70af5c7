// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo.fal;

import io.falconnect.demo.settings.DemoSettings;
import java.util.List;
import java.util.Map;

/** The fal that the demo talks to. */
public sealed interface DemoFal extends AutoCloseable permits SimulatedFal, RealFal {
  /** The fal that the settings ask for. */
  static DemoFal start(DemoSettings settings) {
    return settings.real() ? new RealFal(settings) : new SimulatedFal();
  }

  /** How messages call it. */
  String name();

  /** Where it is, for connectors. */
  Map<String, String> urls();

  /** The key it lets in. Not to be shown. */
  String key();

  /** What the queue sink is to be told, beyond the sample. */
  Map<String, String> queueSettings();

  /** What is to be submitted, in order. */
  List<Prompt> prompts();

  /** Fails unless the requests ended as they should, where that is known. */
  void checkOutcomes(Map<String, Long> outcomes);

  /** What the realtime sink is to be told, beyond the sample. */
  Map<String, String> realtimeSettings();

  /** What is for the app, in order; none where there is no app to be had. */
  List<Prompt> realtimeInputs();

  @Override
  void close();
}
