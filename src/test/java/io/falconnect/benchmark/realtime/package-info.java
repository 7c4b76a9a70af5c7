// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.

/**
 * Runs of realtime inputs: their load, the sink that carries them, and the figures that are read
 * from the result topic. The meter writes inputs and reads results on the main thread.
 */
package io.falconnect.benchmark.realtime;
