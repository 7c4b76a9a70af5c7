// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
/**
 * Speaks fal and knows nothing of Kafka. Each room speaks one of fal's surfaces; this one holds the
 * endpoint id, which all of them share.
 *
 * <p>Nothing here retries by itself. A stream, a call, a fetch or a session is opened once, reports
 * how it ended and is done; the caller decides what follows.
 */
package io.falconnect.fal;
