// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
/**
 * The delivery thread: carries inputs to fal by a transport and results to Kafka. It owns all there
 * is to know about inputs under way.
 */
package io.falconnect.sink.delivery;
