// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.

/**
 * Numbers and where they come from: the machine, its processors, a process's memory, samples; also
 * the benchmark's options.
 */
package io.falconnect.benchmark.measure;
