// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
/**
 * Realtime sessions over WebSocket: tokens, frames in JSON and MessagePack, and how a session ends.
 * Sessions report on OkHttp's threads.
 */
package io.falconnect.fal.realtime;
