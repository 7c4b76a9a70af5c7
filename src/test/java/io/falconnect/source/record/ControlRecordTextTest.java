// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ControlRecordTextTest {
  private static final RecordLimit SIZE = new RecordLimit(1 << 20);
  private static final byte[] BINARY = {(byte) 0xc3, 0x28};

  @Test
  void bothAreTextOrNeitherIs() {
    byte[] text = utf8("\u00fc");
    assertThat(ControlRecordText.of(text, text, SIZE))
        .isEqualTo(new ControlRecordText("\u00fc", "\u00fc", "\u00fc", "utf-8"));
    assertThat(ControlRecordText.of(null, null, SIZE))
        .isEqualTo(new ControlRecordText(null, null, null, "utf-8"));
    assertThat(ControlRecordText.of(text, BINARY, SIZE))
        .isEqualTo(new ControlRecordText("\u00fc", "w7w=", "wyg=", "base64"));
    assertThat(ControlRecordText.of(BINARY, text, SIZE))
        .isEqualTo(new ControlRecordText("wyg=", "wyg=", "w7w=", "base64"));
    assertThat(ControlRecordText.of(BINARY, null, SIZE))
        .isEqualTo(new ControlRecordText("wyg=", "wyg=", null, "base64"));
    assertThat(ControlRecordText.of(null, BINARY, SIZE))
        .isEqualTo(new ControlRecordText(null, null, "wyg=", "base64"));
  }

  @Property
  void theBytesCanBeToldFromTheText(@ForAll byte[] key, @ForAll byte[] value) {
    ControlRecordText text = ControlRecordText.of(key, value, SIZE);
    assertThat(bytes(text.key(), text.encoding())).isEqualTo(key);
    assertThat(bytes(text.value(), text.encoding())).isEqualTo(value);
  }

  @Property
  void theRecordsKeyIsTheKeysTextWhateverTheValueIs(@ForAll String key, @ForAll byte[] value) {
    Assume.that(StandardCharsets.UTF_8.newEncoder().canEncode(key));
    assertThat(ControlRecordText.of(utf8(key), value, SIZE).recordKey()).isEqualTo(key);
  }

  @Test
  void whatIsTooLargeIsLeftOut() {
    byte[] large = utf8("x".repeat(700_000));
    byte[] tooLarge = utf8("\n".repeat(200_000));
    assertThat(ControlRecordText.of(utf8("k"), large, SIZE).value()).hasSize(700_000);
    assertThat(ControlRecordText.of(utf8("k"), tooLarge, SIZE))
        .isEqualTo(new ControlRecordText("k", "k", null, "utf-8"));
    assertThat(ControlRecordText.of(utf8("k"), concat(BINARY, new byte[1 << 20]), SIZE))
        .isEqualTo(new ControlRecordText("k", "aw==", null, "base64"));
  }

  @Test
  void theKeyCountsTwiceForItIsTheRecordsKeyToo() {
    byte[] half = utf8("x".repeat(400_000));
    assertThat(ControlRecordText.of(half, utf8("v"), SIZE).key()).hasSize(400_000);
    assertThat(ControlRecordText.of(half, half, SIZE).value()).isNull();
    ControlRecordText tooLarge = ControlRecordText.of(utf8("x".repeat(600_000)), utf8("v"), SIZE);
    assertThat(tooLarge).isEqualTo(new ControlRecordText(null, null, "v", "utf-8"));
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
