/**
 * Measures the status source on real processes: how many streams a task holds, how fast it is and
 * how late, against a bare loop of the same HTTP streams and a plain producer. {@code
 * docs/benchmarks.md} says how to run it and what came out.
 */
package io.falconnect.benchmark;
