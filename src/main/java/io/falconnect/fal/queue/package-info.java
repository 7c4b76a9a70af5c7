// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
/**
 * fal's queue: URLs of a request, its status stream and its result. Streams and fetches report on
 * OkHttp's threads.
 */
package io.falconnect.fal.queue;
