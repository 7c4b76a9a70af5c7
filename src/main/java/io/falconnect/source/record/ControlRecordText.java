// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.record;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * The key and value of an unusable control record as text: as they are if both are UTF-8, else in
 * base64.
 *
 * @param recordKey the key of the error record: the control record's key as it is if it is UTF-8,
 *     whatever the value is; else as {@code key}
 * @param key null if there is none, or if it is too large for a record
 * @param value null if there is none, or if it is too large for a record
 * @param encoding {@code utf-8} or {@code base64}
 */
record ControlRecordText(String recordKey, String key, String value, String encoding) {
  static ControlRecordText of(byte[] key, byte[] value, RecordLimit limit) {
    Optional<String> keyText = decodeUtf8(key);
    Optional<String> valueText = decodeUtf8(value);
    boolean isText =
        (key == null || keyText.isPresent()) && (value == null || valueText.isPresent());
    String keyField = isText ? keyText.orElse(null) : encodeBase64(key);
    String recordKey = keyText.orElse(keyField);
    String valueField = isText ? valueText.orElse(null) : encodeBase64(value);
    boolean keyFits = key == null || limit.hasRoomFor(recordKey + keyField);
    String keys = key == null || !keyFits ? "" : recordKey + keyField;
    boolean valueFits = value == null || limit.hasRoomFor(keys + valueField);
    return new ControlRecordText(
        keyFits ? recordKey : null,
        keyFits ? keyField : null,
        valueFits ? valueField : null,
        isText ? "utf-8" : "base64");
  }

  /** Empty if the bytes are not UTF-8, or null. */
  private static Optional<String> decodeUtf8(byte[] bytes) {
    if (bytes == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static String encodeBase64(byte[] bytes) {
    return bytes == null ? null : Base64.getEncoder().encodeToString(bytes);
  }
}
