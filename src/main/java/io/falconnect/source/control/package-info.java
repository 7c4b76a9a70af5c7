// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
/**
 * The control topic: its partitions, its records and what they ask for. {@link
 * io.falconnect.source.control.ControlIntake} is the entrance, on the task thread, which also owns
 * the consumer; {@link io.falconnect.source.control.ControlPartitions} has a thread of its own in
 * the connector. Changes ledgers and starts or ends watches. No streams and no retries here.
 */
package io.falconnect.source.control;
