// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.streams;

/**
 * What the tables need of a status event.
 *
 * @param outcome null until the end
 * @param observedAt epoch milliseconds
 */
record StatusEvent(
    String requestId, long sequence, String status, String outcome, long observedAt) {}
