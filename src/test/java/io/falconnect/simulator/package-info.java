// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.

/**
 * A stand-in for fal on real sockets: queue, realtime and HTTP streaming, with life cycles to
 * script and faults to attach.
 */
package io.falconnect.simulator;
