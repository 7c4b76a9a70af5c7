// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

/**
 * Which records a sink publishes besides the outputs of its own partitions.
 *
 * @param tolerant whether a failed input is reported and the task goes on; else the task fails
 * @param publishesErrors whether a failed input gets an error record in the output topic
 * @param publishesRevoked whether an output is published though its partition was taken away: no
 *     other task would publish it
 */
public record PublishingRules(
    boolean tolerant, boolean publishesErrors, boolean publishesRevoked) {}
