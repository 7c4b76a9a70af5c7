// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

/**
 * One line a runner logged, as fal tells it. Any part may be null.
 *
 * @param message the text
 * @param level e.g. {@code INFO}
 * @param source what wrote it
 * @param timestamp when, in fal's own words
 */
public record LogLine(String message, String level, String source, String timestamp) {}
