// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
/**
 * One HTTP call with one input: a stream of outputs, or a submission to the queue. Calls report on
 * OkHttp's threads.
 */
package io.falconnect.fal.call;
