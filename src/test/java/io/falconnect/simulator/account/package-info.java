// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.

/**
 * What fal checks before it routes a request: the rate limit and the key; also the tokens that are
 * minted with the key, and the log of all requests. Everything here lives on the event loop thread.
 */
package io.falconnect.simulator.account;
