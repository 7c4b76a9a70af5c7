// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.

/**
 * Real Kafka for tests, the demo and the benchmark: a broker and Connect workers as processes of
 * their own, or in containers. Tests start a {@code KafkaCluster} or take the {@code
 * SharedCluster}.
 *
 * <p>Workers see the plugin only through {@code plugin.path}, never on their class path, so that
 * what works here works with the class loading of a worker in production.
 *
 * <p>Everything here and in the rooms below blocks the calling thread and has a time limit.
 */
package io.falconnect.cluster;
