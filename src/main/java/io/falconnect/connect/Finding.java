// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

/**
 * What is wrong with a configuration.
 *
 * @param key the key that is wrong
 * @param message what is wrong with its value. Shows no secret
 */
public record Finding(String key, String message) {}
