// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.

/** The processes that are measured or that make the load: workers, bare loops and simulators. */
package io.falconnect.benchmark.process;
