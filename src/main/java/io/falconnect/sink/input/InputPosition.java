// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.input;

/**
 * Where an input is: its offset, in one assignment of its partition.
 *
 * @param assignment of the partition
 * @param offset in the partition
 */
public record InputPosition(Assignment assignment, long offset) {}
