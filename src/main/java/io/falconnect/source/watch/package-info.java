// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
/**
 * Watches at work: streams, retries and result fetches. Lives on the task thread; what other
 * threads report comes through the inbox.
 */
package io.falconnect.source.watch;
