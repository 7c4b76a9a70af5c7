// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.account;

import io.falconnect.simulator.fault.Surface;
import java.util.Map;

/** One received request. Header names are in lower case; the body of a WebSocket is null. */
public record ReceivedRequest(
    Surface surface,
    String method,
    String path,
    String query,
    Map<String, String> headers,
    String body) {}
