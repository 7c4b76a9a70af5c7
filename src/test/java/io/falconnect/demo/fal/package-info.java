// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.

/**
 * The two kinds of fal that the demo can talk to: the simulator with scripted prompts, and fal
 * itself.
 */
package io.falconnect.demo.fal;
