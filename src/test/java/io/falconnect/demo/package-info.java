// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.

/**
 * The demo: a real broker, a real Connect worker with the packaged archive and the sample
 * configurations, and prompts for the simulator of fal or for fal itself. Everything that is shown
 * of the prompts is read from Kafka. All of it runs on the main thread.
 */
package io.falconnect.demo;
