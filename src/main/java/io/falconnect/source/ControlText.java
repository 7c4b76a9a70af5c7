// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * A control record's key and value as text: their own where both are UTF-8, else base64.
 *
 * @param key null where there is none, or where it is too large to be reported
 * @param value null where there is none, or where it is too large to be reported
 * @param encoding {@code utf-8} or {@code base64}
 */
record ControlText(String key, String value, String encoding) {
  static ControlText of(byte[] key, byte[] value, RecordSize size) {
    ControlText text;
    try {
      text = new ControlText(utf8(key), utf8(value), "utf-8");
    } catch (CharacterCodingException e) {
      text = new ControlText(base64(key), base64(value), "base64");
    }
    // The key is the record's own too, so it is there twice.
    String fittingKey = text.key == null || size.fits(text.key + text.key) ? text.key : null;
    String keys = fittingKey == null ? "" : fittingKey + fittingKey;
    boolean valueFits = text.value == null || size.fits(keys + text.value);
    return new ControlText(fittingKey, valueFits ? text.value : null, text.encoding);
  }

  private static String utf8(byte[] bytes) throws CharacterCodingException {
    return bytes == null
        ? null
        : StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  private static String base64(byte[] bytes) {
    return bytes == null ? null : Base64.getEncoder().encodeToString(bytes);
  }
}
