// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.

/**
 * Plain clients of the simulator, for the simulator's own tests. Their callbacks run on the threads
 * of the HTTP client; what they have read may be asked for from any thread.
 */
package io.falconnect.simulator.client;
