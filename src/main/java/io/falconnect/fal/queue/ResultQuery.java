// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.queue;

import io.falconnect.fal.failure.ExpectedResult;

/**
 * What a fetch of a result has to find out.
 *
 * @param wantsOutput whether the output itself is wanted; if not, the status of the answer is
 *     enough, and only the start of an error is read
 * @param maxBytes a larger output is not read
 * @param expected what the status said of the result
 */
public record ResultQuery(boolean wantsOutput, long maxBytes, ExpectedResult expected) {}
