// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.

/** Kafka brokers: as a process, in a container, and with users and ACLs. */
package io.falconnect.cluster.broker;
