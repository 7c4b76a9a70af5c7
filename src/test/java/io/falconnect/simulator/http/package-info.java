// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.

/**
 * HTTP as the simulator speaks it: the event loop, listeners, TLS, JSON answers and streams of
 * server-sent events, correct or with a fault. Everything here lives on the event loop thread.
 *
 * <p>Knows no queue, no app and no key.
 */
package io.falconnect.simulator.http;
