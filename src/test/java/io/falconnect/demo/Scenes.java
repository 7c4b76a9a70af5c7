// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo;

import io.falconnect.simulator.Script;
import java.time.Duration;
import java.util.List;

/** Eight requests whose lives differ, over about ten seconds. */
final class Scenes {
  private static final String IMAGE = "fal-ai/flux/schnell";
  private static final String SPEECH = "fal-ai/whisper";
  private static final String VIDEO = "fal-ai/kling-video/v2.1/standard/image-to-video";
  private static final String IMAGE_OUTPUT =
      "{\"images\":[{\"url\":\"https://example.com/lighthouse.png\",\"width\":512,\"height\":512}]}";
  private static final String SPEECH_OUTPUT = "{\"text\":\"The light is on.\",\"chunks\":[]}";
  private static final String VIDEO_OUTPUT =
      "{\"video\":{\"url\":\"https://example.com/waves.mp4\",\"content_type\":\"video/mp4\"}}";

  private Scenes() {}

  static List<Scene> all() {
    return List.of(
        succeeds(IMAGE, "{\"prompt\":\"a lighthouse at dawn\"}", image(3)),
        succeeds(IMAGE, "{\"prompt\":\"a lighthouse at noon\"}", image(1)),
        succeeds(SPEECH, "{\"audio_url\":\"https://example.com/keeper.mp3\"}", speech()),
        new Scene(
            new Order(SPEECH, "{\"audio_url\":\"https://example.com/missing.mp3\"}"),
            unreadable(),
            "FAILED"),
        succeeds(VIDEO, "{\"prompt\":\"waves at the rocks\"}", video(4)),
        succeeds(IMAGE, "{\"prompt\":\"a lighthouse at night\"}", atOnce()),
        succeeds(VIDEO, "{\"prompt\":\"the lamp turns\"}", video(2)),
        succeeds(SPEECH, "{\"audio_url\":\"https://example.com/storm.mp3\"}", speech()));
  }

  private static Scene succeeds(String endpoint, String input, Script script) {
    return new Scene(new Order(endpoint, input), script, "SUCCEEDED");
  }

  private static Script image(int ahead) {
    Script.Builder life = lasting(700);
    for (int position = ahead; position >= 0; position--) {
      life.inQueue(position);
    }
    return life.inProgress("Loading the model")
        .inProgress("Step 2 of 4")
        .inProgress("Step 4 of 4")
        .completed(1.4, "Image saved")
        .output(IMAGE_OUTPUT)
        .build();
  }

  private static Script speech() {
    return lasting(900)
        .inQueue(1)
        .inQueue(0)
        .inProgress("Fetching the audio", "Language: en")
        .inProgress("Transcribed 00:30")
        .inProgress("Transcribed 01:00")
        .completed(2.7)
        .output(SPEECH_OUTPUT)
        .build();
  }

  private static Script video(int ahead) {
    Script.Builder life = lasting(800);
    for (int position = ahead; position >= 0; position -= 2) {
      life.inQueue(position);
    }
    for (int percent = 0; percent < 100; percent += 20) {
      life.inProgress("Rendering: " + percent + " %");
    }
    return life.completed(4.0, "Rendering: done").output(VIDEO_OUTPUT).build();
  }

  private static Script unreadable() {
    return lasting(1_000)
        .inQueue(0)
        .inProgress("Fetching the audio")
        .failed("The audio could not be downloaded", "file_download_error", 422)
        .build();
  }

  private static Script atOnce() {
    return Script.builder().completed(0.1, "From the cache").output(IMAGE_OUTPUT).build();
  }

  private static Script.Builder lasting(int millisEach) {
    return Script.builder().every(Duration.ofMillis(millisEach));
  }
}
