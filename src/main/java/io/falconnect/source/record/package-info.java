// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
/**
 * The records that the source publishes: status events, results and unusable control records; their
 * schemas, values and sizes. Knows the state and no other room. Called on the task thread.
 */
package io.falconnect.source.record;
