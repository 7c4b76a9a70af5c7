// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
/** Inputs over realtime sessions. Lives on the delivery thread. */
package io.falconnect.sink.realtime;
