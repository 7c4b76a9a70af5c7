// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo;

/**
 * What fal said to a submitted request.
 *
 * @param response as received: it goes to the control topic unchanged
 */
record Submission(String requestId, String response) {}
