// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.

/**
 * JVMs as processes, and what they need: JDKs, free ports, files under {@code target}, class paths
 * and the configuration of their logs; also the waits with a time limit. Knows nothing of Kafka's
 * configuration.
 */
package io.falconnect.cluster.process;
