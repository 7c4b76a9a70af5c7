// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.

/**
 * JVMs in containers of Kafka's image. Used instead of processes where the system property {@code
 * cluster.containers} is true.
 */
package io.falconnect.cluster.container;
