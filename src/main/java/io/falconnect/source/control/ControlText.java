// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.control;

import io.falconnect.source.record.RecordSize;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/**
 * A control record's key and value as text: their own where both are UTF-8, else base64.
 *
 * @param recordKey what the error record has as its key: the key's own text wherever it is UTF-8,
 *     whatever the value is; else as {@code key}
 * @param key null where there is none, or where it is too large to be reported
 * @param value null where there is none, or where it is too large to be reported
 * @param encoding {@code utf-8} or {@code base64}
 */
public record ControlText(String recordKey, String key, String value, String encoding) {
  public static ControlText of(byte[] key, byte[] value, RecordSize size) {
    Optional<String> keyText = utf8(key);
    Optional<String> valueText = utf8(value);
    boolean text = (key == null || keyText.isPresent()) && (value == null || valueText.isPresent());
    String keyField = text ? keyText.orElse(null) : base64(key);
    String recordKey = keyText.orElse(keyField);
    String valueField = text ? valueText.orElse(null) : base64(value);
    boolean keyFits = key == null || size.fits(recordKey + keyField);
    String keys = key == null || !keyFits ? "" : recordKey + keyField;
    boolean valueFits = value == null || size.fits(keys + valueField);
    return new ControlText(
        keyFits ? recordKey : null,
        keyFits ? keyField : null,
        valueFits ? valueField : null,
        text ? "utf-8" : "base64");
  }

  /** Empty where it is none, or none at all. */
  private static Optional<String> utf8(byte[] bytes) {
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

  private static String base64(byte[] bytes) {
    return bytes == null ? null : Base64.getEncoder().encodeToString(bytes);
  }
}
