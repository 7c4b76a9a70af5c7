// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo.fal;

/**
 * What is written to a topic of inputs.
 *
 * @param input a JSON object, the model's input
 */
public record Prompt(String key, String input) {}
