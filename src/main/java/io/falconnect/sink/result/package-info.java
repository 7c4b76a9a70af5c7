// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
/**
 * What is written to Kafka: records of results and requests, the producer and its failures. Lives
 * on the delivery thread; acknowledgements come on the producer's thread.
 */
package io.falconnect.sink.result;
