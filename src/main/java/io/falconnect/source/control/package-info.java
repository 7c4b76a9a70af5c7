// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
/**
 * The control topic: its partitions, its records and what they ask for. Lives on the task thread,
 * but for the watcher of partitions, which has a thread of its own in the connector.
 */
package io.falconnect.source.control;
