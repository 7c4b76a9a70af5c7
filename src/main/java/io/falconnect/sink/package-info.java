// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
/**
 * The sinks as Connect loads them: three connectors, their tasks and configurations, and the loop
 * that the task thread runs. A task thread takes records and answers for offsets; a delivery thread
 * speaks to fal.
 */
package io.falconnect.sink;
