/**
 * Real Kafka for tests, the demo and the benchmark: a broker and Connect workers as processes of
 * their own.
 *
 * <p>Workers see the plugin only through {@code plugin.path}, never on their class path, so that
 * what works here works with the class loading of a worker in production.
 */
package io.falconnect.cluster;
