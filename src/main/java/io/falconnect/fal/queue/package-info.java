// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
/**
 * fal's queue: the URLs of a request, its status stream and its result. Streams and fetches report
 * by signals on OkHttp's threads. Other rooms see values and handles. No retries, no Kafka, and no
 * judgement of failures here.
 */
package io.falconnect.fal.queue;
