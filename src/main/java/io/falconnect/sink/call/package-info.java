// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
/** Inputs over HTTP calls: streams and submissions to the queue. Lives on the delivery thread. */
package io.falconnect.sink.call;
