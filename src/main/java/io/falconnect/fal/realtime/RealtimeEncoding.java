// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

/** How inputs are encoded on a realtime session. Outputs are read in both encodings. */
public enum RealtimeEncoding {
  /** JSON in text frames. */
  JSON,
  /** MessagePack in binary frames. */
  MSGPACK
}
