// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.

/**
 * A client below HTTP and WebSocket libraries, that plays transcripts of fal's protocol against the
 * simulator and compares what comes back line by line. It runs on the thread of the test.
 *
 * <p>The transcripts are fal's protocol as documented: fal's AsyncAPI description and pages, its
 * clients and its server framework. Knows nothing of how the simulator works.
 */
package io.falconnect.simulator.wire;
