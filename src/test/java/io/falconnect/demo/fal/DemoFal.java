// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo.fal;

import io.falconnect.demo.settings.DemoSettings;
import java.util.List;
import java.util.Map;

/** The fal that the demo uses: the simulator or fal itself. */
public sealed interface DemoFal extends AutoCloseable permits SimulatedFal, RealFal {
  /** The fal that the settings ask for. */
  static DemoFal start(DemoSettings settings) {
    return settings.real() ? new RealFal(settings) : new SimulatedFal();
  }

  /** The name in messages. */
  String name();

  /** The URL settings of connectors. */
  Map<String, String> urls();

  /** The API key. Never printed. */
  String key();

  /** Settings of the queue sink that differ from the sample. */
  Map<String, String> queueSettings();

  /** The prompts to submit, in order. */
  List<Prompt> prompts();

  /** Throws if the outcomes are not the expected ones; fal itself has no expected ones. */
  void checkOutcomes(Map<String, Long> outcomes);

  /** Settings of the realtime sink that differ from the sample. */
  Map<String, String> realtimeSettings();

  /** The inputs of the realtime app, in order; empty if there is no app. */
  List<Prompt> realtimeInputs();

  @Override
  void close();
}
