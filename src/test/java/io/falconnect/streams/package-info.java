// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
/**
 * The stream processor that {@code docs/stream-processing.md} shows, run on records of the status
 * source.
 */
package io.falconnect.streams;
