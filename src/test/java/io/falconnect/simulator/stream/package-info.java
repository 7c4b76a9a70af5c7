// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.

/**
 * Apps that answer {@code POST} on the run host with a stream of outputs, or with one body.
 * Everything but {@code StreamHandle} and {@code StreamApp} lives on the event loop thread.
 */
package io.falconnect.simulator.stream;
