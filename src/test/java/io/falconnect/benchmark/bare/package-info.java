// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.

/**
 * The bare loops that the connectors are compared with: a process of its own that reads streams or
 * a WebSocket and sends to a plain producer. {@code BareLoopMain} runs in that process, the
 * pipelines in the benchmark's.
 */
package io.falconnect.benchmark.bare;
