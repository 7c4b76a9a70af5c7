// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

/**
 * The keys of a Kafka client that a connector makes for itself.
 *
 * @param prefix the prefix of the client's own keys, like {@code control.consumer.}
 * @param bootstrap the key of the client's brokers
 */
public record ClientKeys(String prefix, String bootstrap) {}
