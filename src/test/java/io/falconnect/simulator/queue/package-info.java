// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.

/**
 * The queue's host: requests, the scripts that they follow, status answers, status streams, results
 * and cancellation. Everything but {@code RequestHandle} and the values lives on the event loop
 * thread.
 */
package io.falconnect.simulator.queue;
