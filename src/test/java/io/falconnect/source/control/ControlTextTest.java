// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.source.record.RecordSize;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ControlTextTest {
  private static final RecordSize SIZE = new RecordSize(1 << 20);
  private static final byte[] BINARY = {(byte) 0xc3, 0x28};

  @Test
  void bothAreTextOrNeitherIs() {
    byte[] text = utf8("\u00fc");
    assertThat(ControlText.of(text, text, SIZE))
        .isEqualTo(new ControlText("\u00fc", "\u00fc", "\u00fc", "utf-8"));
    assertThat(ControlText.of(null, null, SIZE))
        .isEqualTo(new ControlText(null, null, null, "utf-8"));
    assertThat(ControlText.of(text, BINARY, SIZE))
        .isEqualTo(new ControlText("\u00fc", "w7w=", "wyg=", "base64"));
    assertThat(ControlText.of(BINARY, text, SIZE))
        .isEqualTo(new ControlText("wyg=", "wyg=", "w7w=", "base64"));
    assertThat(ControlText.of(BINARY, null, SIZE))
        .isEqualTo(new ControlText("wyg=", "wyg=", null, "base64"));
    assertThat(ControlText.of(null, BINARY, SIZE))
        .isEqualTo(new ControlText(null, null, "wyg=", "base64"));
  }

  @Property
  void theBytesCanBeToldFromTheText(@ForAll byte[] key, @ForAll byte[] value) {
    ControlText text = ControlText.of(key, value, SIZE);
    assertThat(bytes(text.key(), text.encoding())).isEqualTo(key);
    assertThat(bytes(text.value(), text.encoding())).isEqualTo(value);
  }

  @Property
  void theRecordsKeyIsTheKeysTextWhateverTheValueIs(@ForAll String key, @ForAll byte[] value) {
    Assume.that(StandardCharsets.UTF_8.newEncoder().canEncode(key));
    assertThat(ControlText.of(utf8(key), value, SIZE).recordKey()).isEqualTo(key);
  }

  @Test
  void whatIsTooLargeIsLeftOut() {
    byte[] large = utf8("x".repeat(700_000));
    byte[] tooLarge = utf8("\n".repeat(200_000));
    assertThat(ControlText.of(utf8("k"), large, SIZE).value()).hasSize(700_000);
    assertThat(ControlText.of(utf8("k"), tooLarge, SIZE))
        .isEqualTo(new ControlText("k", "k", null, "utf-8"));
    assertThat(ControlText.of(utf8("k"), concat(BINARY, new byte[1 << 20]), SIZE))
        .isEqualTo(new ControlText("k", "aw==", null, "base64"));
  }

  @Test
  void theKeyCountsTwiceForItIsTheRecordsKeyToo() {
    byte[] half = utf8("x".repeat(400_000));
    assertThat(ControlText.of(half, utf8("v"), SIZE).key()).hasSize(400_000);
    assertThat(ControlText.of(half, half, SIZE).value()).isNull();
    ControlText tooLarge = ControlText.of(utf8("x".repeat(600_000)), utf8("v"), SIZE);
    assertThat(tooLarge).isEqualTo(new ControlText(null, null, "v", "utf-8"));
  }

  private static byte[] bytes(String text, String encoding) {
    return encoding.equals("utf-8") ? utf8(text) : Base64.getDecoder().decode(text);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] concat(byte[] one, byte[] other) {
    byte[] both = new byte[one.length + other.length];
    System.arraycopy(one, 0, both, 0, one.length);
    System.arraycopy(other, 0, both, one.length, other.length);
    return both;
  }
}
