// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.

/** Clients of a cluster that block and have time limits: Connect's REST API and Kafka's topics. */
package io.falconnect.cluster.client;
