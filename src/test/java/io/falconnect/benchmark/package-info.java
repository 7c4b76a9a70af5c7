// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.

/**
 * Measures the status source and the realtime sink on real processes: how many streams a task
 * holds, how fast they are and how late, against bare loops of the same HTTP streams or WebSocket
 * and a plain producer. {@code docs/benchmarks.md} says how to run it and what came out.
 *
 * <p>The scenarios are here; {@code BenchmarkMain} plays them one after the other on the main
 * thread.
 */
package io.falconnect.benchmark;
