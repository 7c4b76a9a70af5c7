// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
/**
 * The task thread's part: reading inputs, the ledger of offsets, back-pressure and dead letters.
 * Nothing here knows how inputs reach fal.
 */
package io.falconnect.sink.input;
