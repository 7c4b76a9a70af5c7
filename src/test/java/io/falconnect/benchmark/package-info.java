/**
 * Measures the status source and the realtime sink on real processes: how many streams a task
 * holds, how fast they are and how late, against bare loops of the same HTTP streams or WebSocket
 * and a plain producer. {@code docs/benchmarks.md} says how to run it and what came out.
 */
package io.falconnect.benchmark;
