// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
/**
 * All connectors together, as the samples in {@code config/} set them up, while workers are killed.
 */
package io.falconnect.pipeline;
