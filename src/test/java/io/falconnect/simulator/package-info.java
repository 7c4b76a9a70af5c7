// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.

/**
 * A stand-in for fal on real sockets, for tests, the demo and the benchmark: the queue, realtime
 * apps and HTTP streaming, with life cycles to script and faults to attach. {@code FalSimulator}
 * starts it and {@code SimulatorMain} runs it as a process of its own.
 *
 * <p>All state of one simulator lives on one event loop thread. {@code FalSimulator} and the
 * handles that it returns may be called from any thread.
 *
 * <p>Nothing here uses the plugin's main code: a misunderstanding of fal must not be on both sides.
 */
package io.falconnect.simulator;
