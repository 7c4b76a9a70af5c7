// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

/** What inputs are written in on a realtime session. Both are understood coming in. */
public enum RealtimeEncoding {
  /** JSON in text frames. */
  JSON,
  /** MessagePack in binary frames. */
  MSGPACK
}
