// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.

/**
 * What can go wrong with one connection or one answer, and the queue of faults that wait for their
 * connection. The queue lives on the event loop; a {@code Fault} is a value.
 *
 * <p>Only data: the rooms that write to sockets decide how a fault looks there.
 */
package io.falconnect.simulator.fault;
