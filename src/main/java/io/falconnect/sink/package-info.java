// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
/**
 * The sinks: inputs from topics to fal, and what fal answers back to a topic. A task thread takes
 * records and answers for offsets; a delivery thread speaks to fal.
 */
package io.falconnect.sink;
