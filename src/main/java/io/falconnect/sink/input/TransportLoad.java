// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.input;

/**
 * What is under way at fal at a moment, for the metrics.
 *
 * @param open how many sessions are open, or calls under way
 * @param inFlight how many inputs are under way at fal
 * @param waiting how many other inputs wait
 */
public record TransportLoad(int open, int inFlight, int waiting) {}
