// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.http;

/**
 * What all listeners of a simulator have in common.
 *
 * @param host where they listen, and the host of their URLs
 * @param store the key and certificate for TLS; null without TLS
 * @param http2 whether HTTP/2 is offered by ALPN where TLS is on
 * @param maxConcurrentStreams the limit of streams on one HTTP/2 connection
 */
public record ListenerOptions(
    String host, SelfSignedStore store, boolean http2, int maxConcurrentStreams) {}
