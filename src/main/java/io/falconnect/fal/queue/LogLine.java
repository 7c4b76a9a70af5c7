// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

/**
 * One log line of a runner, as fal sends it. Any field may be null.
 *
 * @param message the text
 * @param level e.g. {@code INFO}
 * @param source what wrote the line
 * @param timestamp when it was written, in fal's format
 */
public record LogLine(String message, String level, String source, String timestamp) {}
