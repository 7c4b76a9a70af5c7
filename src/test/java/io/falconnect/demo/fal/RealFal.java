// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo.fal;

import io.falconnect.demo.settings.DemoSettings;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** fal itself. */
final class RealFal implements DemoFal {
  private static final int REALTIME_INPUTS = 3;

  private final DemoSettings settings;

  RealFal(DemoSettings settings) {
    this.settings = settings;
  }

  @Override
  public String name() {
    return "fal at " + settings.urls().get("fal.queue.url");
  }

  @Override
  public Map<String, String> urls() {
    return settings.urls();
  }

  @Override
  public String key() {
    return settings.key();
  }

  /** The first error fails the connector, so that the user sees it at once. */
  @Override
  public Map<String, String> queueSettings() {
    return Map.of("fal.endpoint.id", settings.endpoint(), "errors.tolerance", "none");
  }

  @Override
  public List<Prompt> prompts() {
    return List.of(new Prompt("prompt-1", settings.input()));
  }

  /** A failed request is a valid outcome of fal itself. */
  @Override
  public void checkOutcomes(Map<String, Long> outcomes) {}

  /** Most apps of fal read binary frames and answer with images. */
  @Override
  public Map<String, String> realtimeSettings() {
    return Map.of(
        "fal.endpoint.id", settings.realtimeEndpoint().orElseThrow(),
        "realtime.encoding", "msgpack",
        "result.producer.max.request.size", "8388608");
  }

  @Override
  public List<Prompt> realtimeInputs() {
    return IntStream.rangeClosed(1, settings.realtimeEndpoint().isPresent() ? REALTIME_INPUTS : 0)
        .mapToObj(number -> new Prompt("input-" + number, settings.realtimeInput()))
        .toList();
  }

  @Override
  public void close() {}
}
