// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
/**
 * The HTTP client that all surfaces share: threads, TLS, proxy, credentials, bodies and event
 * streams. Nothing here knows what is asked of fal.
 */
package io.falconnect.fal.http;
