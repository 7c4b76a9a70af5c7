// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
/** Status, result and error records: schemas, values and sizes. Lives on the task thread. */
package io.falconnect.source.record;
