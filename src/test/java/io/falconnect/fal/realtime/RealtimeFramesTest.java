// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import okio.Buffer;
import okio.ByteString;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.jackson.dataformat.MessagePackFactory;

class RealtimeFramesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectMapper OTHER = new ObjectMapper(new MessagePackFactory());
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  @Property(tries = 300)
  void whatIsWrittenIsReadAgain(@ForAll("trees") JsonNode tree) throws Exception {
    ByteString packed = RealtimeFrames.encode(tree, RealtimeEncoding.MSGPACK);
    assertThat(RealtimeFrames.decode(packed)).isEqualTo(tree);
    ByteString json = RealtimeFrames.encode(tree, RealtimeEncoding.JSON);
    assertThat(RealtimeFrames.decode(json.utf8()).equals(RealtimeFramesTest::compare, tree))
        .isTrue();
  }

  @Property(tries = 300)
  void othersReadWhatIsWritten(@ForAll("trees") JsonNode tree) throws Exception {
    ByteString packed = RealtimeFrames.encode(tree, RealtimeEncoding.MSGPACK);
    assertThat(text(OTHER.readTree(packed.toByteArray()))).isEqualTo(text(tree));
  }

  @Property(tries = 300)
  void whatOthersWriteIsRead(@ForAll("trees") JsonNode tree) throws Exception {
    assertThat(RealtimeFrames.decode(ByteString.of(OTHER.writeValueAsBytes(tree)))).isEqualTo(tree);
  }

  @Property
  void anyBytesAreReadOrRefused(@ForAll byte[] bytes) {
    try {
      assertThat(RealtimeFrames.decode(ByteString.of(bytes))).isNotNull();
    } catch (MalformedFrameException e) {
      assertThat(e).hasMessageMatching("not MessagePack: .*|not JSON: .*|empty|nested deeper .*");
    }
  }

  @Property(tries = 200)
  void halfAFrameIsRefused(@ForAll("trees") JsonNode tree, @ForAll int cut) {
    ByteString packed = RealtimeFrames.encode(tree, RealtimeEncoding.MSGPACK);
    ByteString part = packed.substring(0, Math.floorMod(cut, packed.size()));
    assertThatThrownBy(() -> RealtimeFrames.decode(part))
        .isInstanceOf(MalformedFrameException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 31, 32, 255, 256, 65_535, 65_536})
  void everyFormOfALengthIsWrittenAndRead(int size) throws Exception {
    ObjectNode tree = NODES.objectNode();
    tree.put("text", "x".repeat(size)).put("binary", new byte[size]);
    for (int i = 0; i < size; i++) {
      tree.withArray("array").add(i);
      tree.withObject("/map").put("k" + i, -i);
    }
    ByteString packed = RealtimeFrames.encode(tree, RealtimeEncoding.MSGPACK);
    assertThat(text(RealtimeFrames.decode(packed))).isEqualTo(text(tree));
    assertThat(text(OTHER.readTree(packed.toByteArray()))).isEqualTo(text(tree));
    assertThat(text(RealtimeFrames.decode(ByteString.of(OTHER.writeValueAsBytes(tree)))))
        .isEqualTo(text(tree));
  }

  @Test
  void binaryIsBinaryInMessagePackAndBase64InJson() throws Exception {
    ObjectNode tree = NODES.objectNode();
    tree.putArray("images").addObject().put("content", new byte[] {-1, -40, 0});
    ByteString packed = RealtimeFrames.encode(tree, RealtimeEncoding.MSGPACK);
    assertThat(OTHER.readTree(packed.toByteArray()).at("/images/0/content").isBinary()).isTrue();
    assertThat(RealtimeFrames.decode(packed).at("/images/0/content").textValue()).isEqualTo("/9gA");
    assertThat(RealtimeFrames.encode(tree, RealtimeEncoding.JSON).utf8())
        .isEqualTo("{\"images\":[{\"content\":\"/9gA\"}]}");
  }

  @Test
  void valuesThatJsonCannotExpressBecomeText() throws Exception {
    MessageBufferPacker packer = MessagePack.newDefaultBufferPacker();
    packer.packMapHeader(7);
    packer.packInt(-1).packExtensionTypeHeader((byte) 5, 3).writePayload(new byte[] {1, 2, 3});
    packer.packNil().packExtensionTypeHeader((byte) 5, 4).writePayload(new byte[4]);
    packer.packBoolean(true).packArrayHeader(1).packTimestamp(1L, 1);
    packer.packDouble(1.5).packDouble(Double.NaN);
    packer.packArrayHeader(1).packInt(1).packFloat(Float.NEGATIVE_INFINITY);
    packer.packBinaryHeader(1).writePayload(new byte[] {1}).packFloat(0.1f);
    packer.packString("max").packBigInteger(new BigInteger("18446744073709551615"));
    assertThat(text(RealtimeFrames.decode(ByteString.of(packer.toByteArray()))))
        .isEqualTo(
            "{\"-1\":\"AQID\",\"null\":\"AAAAAA==\",\"true\":[\"AAAABAAAAAE=\"],\"1.5\":\"NaN\","
                + "\"[1]\":\"-Infinity\",\"AQ==\":0.1,\"max\":18446744073709551615}");
  }

  @Test
  void numbersBeyondMessagePackBecomeTheNearestDoubleOrText() throws Exception {
    BigInteger large = BigInteger.ONE.shiftLeft(64);
    assertThat(packed(NODES.numberNode(large))).isEqualTo(NODES.textNode(large.toString()));
    assertThat(packed(NODES.numberNode(large.negate())))
        .isEqualTo(NODES.textNode(large.negate().toString()));
    assertThat(packed(NODES.numberNode(large.subtract(BigInteger.ONE))))
        .isEqualTo(NODES.numberNode(large.subtract(BigInteger.ONE)));
    assertThat(packed(NODES.numberNode(new BigDecimal("0.1")))).isEqualTo(NODES.numberNode(0.1));
    assertThat(packed(NODES.numberNode(new BigDecimal("1E+400"))).textValue()).isEqualTo("1E+400");
  }

  @Test
  void brokenCharactersAreNoFailure() throws Exception {
    JsonNode broken = NODES.textNode("a\ud800b");
    assertThat(packed(broken).textValue()).isEqualTo("a?b");
    assertThat(RealtimeFrames.encode(broken, RealtimeEncoding.JSON))
        .isEqualTo(ByteString.encodeUtf8("\"a?b\""));
    assertThat(RealtimeFrames.decode(ByteString.decodeHex("a1ff")).textValue()).isEqualTo("\ufffd");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "{", "{}{}", "nothing", "\"", "{\"a\":}"})
  void textThatIsNotOneJsonValueIsRefused(String text) {
    assertThatThrownBy(() -> RealtimeFrames.decode(text))
        .isInstanceOf(MalformedFrameException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "c1",
        "0101",
        "a5",
        "c6ffffffff",
        "c67fffffff",
        "db7fffffff",
        "dd7fffffff",
        "df7fffffff",
        "c97fffffff05",
        "d8",
        "cb00",
        "81",
        "8101",
        "ddffffffff"
      })
  void bytesThatAreNotOneValueAreRefused(String hex) {
    assertThatThrownBy(() -> RealtimeFrames.decode(ByteString.decodeHex(hex)))
        .isInstanceOf(MalformedFrameException.class);
  }

  @Test
  void endlessNestingIsRefused() {
    Buffer nested = new Buffer();
    for (int i = 0; i < 1_000_000; i++) {
      nested.writeByte(0x91);
    }
    ByteString frame = nested.readByteString();
    assertThatThrownBy(() -> RealtimeFrames.decode(frame))
        .isInstanceOf(MalformedFrameException.class)
        .hasMessageContaining("nested");
    assertThatThrownBy(() -> RealtimeFrames.decode("[".repeat(1_000_000)))
        .isInstanceOf(MalformedFrameException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"c6", "db", "dd", "df", "c9"})
  void aClaimedLengthBeyondTheFrameReservesNoMemory(String tag) {
    for (String length : List.of("03ffffff", "04000000", "7fffffff", "ffffffff")) {
      ByteString frame = ByteString.decodeHex(tag + length + "01");
      long before = allocated();
      assertThatThrownBy(() -> RealtimeFrames.decode(frame))
          .isInstanceOf(MalformedFrameException.class);
      assertThat(allocated() - before).isLessThan(8 << 20);
    }
  }

  @Test
  void anImageOfAnySizeIsOneText() throws Exception {
    String image = "A".repeat(25_000_000);
    assertThat(RealtimeFrames.decode("{\"image\":\"" + image + "\"}").get("image").textValue())
        .hasSameSizeAs(image);
    byte[] bytes = new byte[25_000_000];
    ByteString packed = RealtimeFrames.encode(NODES.binaryNode(bytes), RealtimeEncoding.MSGPACK);
    assertThat(RealtimeFrames.decode(packed).binaryValue()).hasSameSizeAs(bytes);
  }

  @Provide
  Arbitrary<JsonNode> trees() {
    Arbitrary<JsonNode> leaves =
        Arbitraries.oneOf(
            Arbitraries.of(
                List.of(NODES.nullNode(), NODES.booleanNode(true), NODES.booleanNode(false))),
            Arbitraries.integers().map(NODES::numberNode),
            Arbitraries.longs().map(RealtimeFramesTest::whole),
            Arbitraries.bigIntegers()
                .between(
                    BigInteger.ONE.shiftLeft(63),
                    BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE))
                .map(NODES::numberNode),
            Arbitraries.doubles().map(NODES::numberNode),
            Arbitraries.strings().map(NODES::textNode));
    return nested(leaves, 3);
  }

  /** Without edge cases, which multiply at every depth. */
  private static Arbitrary<JsonNode> nested(Arbitrary<JsonNode> leaves, int depth) {
    if (depth == 0) {
      return leaves;
    }
    Arbitrary<JsonNode> inner = nested(leaves, depth - 1);
    return Arbitraries.<JsonNode>oneOf(
            leaves,
            inner.list().ofMaxSize(4).map(list -> NODES.arrayNode().addAll(list)),
            Arbitraries.maps(Arbitraries.strings().ofMaxLength(40), inner)
                .ofMaxSize(4)
                .map(map -> NODES.objectNode().setAll(map)))
        .withoutEdgeCases();
  }

  private static JsonNode whole(long value) {
    return value == (int) value ? NODES.numberNode((int) value) : NODES.numberNode(value);
  }

  /** A decimal is as good as the double that it is equal to. */
  private static int compare(JsonNode a, JsonNode b) {
    boolean same =
        a.isNumber() && b.isNumber()
            ? a.decimalValue().compareTo(b.decimalValue()) == 0
            : a.equals(b);
    return same ? 0 : 1;
  }

  private static JsonNode packed(JsonNode tree) throws MalformedFrameException {
    return RealtimeFrames.decode(RealtimeFrames.encode(tree, RealtimeEncoding.MSGPACK));
  }

  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  private static String text(JsonNode tree) throws Exception {
    return JSON.writeValueAsString(tree);
  }
}
