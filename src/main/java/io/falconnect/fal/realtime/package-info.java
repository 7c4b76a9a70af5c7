// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
/**
 * fal's realtime protocol over WebSocket: tokens, sessions, and frames in JSON and MessagePack.
 * Sessions tell their signals on OkHttp's threads. Nothing here decides whether an input is sent
 * again, or waits before it opens a session.
 */
package io.falconnect.fal.realtime;
