// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo.fal;

import io.falconnect.simulator.queue.Script;

/**
 * A prompt for the simulator.
 *
 * @param script the life of its request
 * @param outcome the expected outcome
 */
record ScriptedPrompt(Prompt prompt, Script script, String outcome) {}
