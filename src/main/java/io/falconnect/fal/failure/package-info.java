// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
/**
 * Whose failure something is, and how long to wait before the next attempt. {@link
 * io.falconnect.fal.failure.FailureClassifier} judges HTTP answers and connections, {@link
 * io.falconnect.fal.failure.SessionClassifier} the ends of realtime sessions. A new rule of fal is
 * added there and nowhere else. {@link io.falconnect.fal.failure.AccountAccess} decides whether a
 * refusal is the account's. No I/O, and no threads of its own.
 */
package io.falconnect.fal.failure;
