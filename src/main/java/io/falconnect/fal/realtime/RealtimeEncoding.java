// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import java.util.Locale;

/** How inputs are encoded on a realtime session. Outputs are read in all encodings. */
public enum RealtimeEncoding {
  /** JSON in text frames. */
  JSON,
  /** MessagePack in binary frames. */
  MSGPACK,
  /** JSON in binary frames. */
  JSON_BINARY;

  /** As the configuration says it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
