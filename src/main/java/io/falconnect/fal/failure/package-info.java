// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
/**
 * Whose failure something is, and how long to wait before the next attempt. One function makes the
 * judgement out of what fal said; no other room looks at a status code for it. No I/O.
 */
package io.falconnect.fal.failure;
