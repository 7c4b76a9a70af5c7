// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
/**
 * One HTTP call with one input: a stream of outputs, or a submission to the queue. Signals are sent
 * on the threads of the HTTP client, one for each call. Nothing here repeats a call.
 */
package io.falconnect.fal.call;
