// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.

/**
 * Realtime apps on the run host, and their sessions over WebSockets. Everything but {@code
 * RealtimeHandle} and {@code RealtimeApp} lives on the event loop thread.
 */
package io.falconnect.simulator.realtime;
