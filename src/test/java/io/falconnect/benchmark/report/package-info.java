// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.

/** Collects the figures of all runs, writes them as JSON and prints medians and their spread. */
package io.falconnect.benchmark.report;
