// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import okio.Buffer;
import okio.ByteString;
import okio.Source;
import okio.Timeout;
import org.junit.jupiter.api.Test;

class EventStreamSourceTest {
  private static final String BOM = "\uFEFF";
  private static final Pattern RETRY = Pattern.compile("retry:\\s*([0-9]{1,9})\\s*");

  /** Gives bytes in reads of these sizes, over and over. */
  private static final class Chunks implements Source {
    private final Buffer bytes = new Buffer();
    private final List<Integer> sizes;
    private Iterator<Integer> next;

    Chunks(ByteString bytes, List<Integer> sizes) {
      this.bytes.write(bytes);
      this.sizes = sizes;
      this.next = sizes.iterator();
    }

    @Override
    public long read(Buffer sink, long byteCount) {
      if (!next.hasNext()) {
        next = sizes.iterator();
      }
      return bytes.read(sink, Math.min(next.next(), byteCount));
    }

    @Override
    public Timeout timeout() {
      return Timeout.NONE;
    }

    @Override
    public void close() {}
  }

  @Property(tries = 2000)
  void theTextAndTheRetryFieldAreTheSameHoweverTheyArrive(
      @ForAll("streams") String text, @ForAll("sizes") List<Integer> sizes) throws IOException {
    Seen seen = new Seen(1_000_000);
    ByteString out = readAll(ByteString.encodeUtf8(text), sizes, seen);
    String told = text.startsWith(BOM) ? text.substring(1) : text;
    assertThat(out).isEqualTo(lineFeeds(ByteString.encodeUtf8(told)));
    assertThat(seen.retryMillis).isEqualTo(retryOf(told));
  }

  @Property(tries = 2000)
  void aStreamThatEndsInTheMiddleOfAnEventIsBroken(
      @ForAll("streams") String text, @ForAll("sizes") List<Integer> sizes) throws IOException {
    String told = text.startsWith(BOM) ? text.substring(1) : text;
    ByteString bytes = ByteString.encodeUtf8(text);
    assertThat(readAll(bytes, sizes, new Seen(1_000_000), new Buffer())).isEqualTo(endsWell(told));
  }

  @Property(tries = 2000)
  void aListenerMayWantAnEventWithoutItsBlankLine(
      @ForAll("streams") String text, @ForAll("sizes") List<Integer> sizes) throws IOException {
    String told = text.startsWith(BOM) ? text.substring(1) : text;
    Wanting seen = new Wanting();
    Buffer out = new Buffer();
    boolean passed = readAll(ByteString.encodeUtf8(text), sizes, seen, out);
    ByteString plain = lineFeeds(ByteString.encodeUtf8(told));
    if (passed && !endsWell(told)) {
      assertThat(seen.unfinished).isEqualTo(1);
      assertThat(out.readByteString()).isEqualTo(concat(plain, ByteString.encodeUtf8("\n\n")));
    } else {
      assertThat(seen.unfinished).isZero();
      assertThat(out.readByteString()).isEqualTo(plain);
    }
  }

  @Test
  void aNumberWithoutTheEndOfItsLineMayHaveLostDigits() throws IOException {
    for (String whole : new String[] {"data: 1\n", "data: 1\r", "data: {}", "data: 1\nid"}) {
      assertThat(readAll(ByteString.encodeUtf8(whole), List.of(9), new Wanting(), new Buffer()))
          .as(whole)
          .isTrue();
    }
    for (String cut : new String[] {"data: 1", "data: x\nid: 1", "id", "id: 1\ndat"}) {
      assertThat(readAll(ByteString.encodeUtf8(cut), List.of(9), new Wanting(), new Buffer()))
          .as(cut)
          .isFalse();
    }
  }

  @Property
  void bytesThatAreNoTextPassToo(@ForAll byte[] bytes, @ForAll("sizes") List<Integer> sizes)
      throws IOException {
    ByteString in = ByteString.of(bytes);
    ByteString bom = ByteString.encodeUtf8(BOM);
    ByteString expected = in.startsWith(bom) ? in.substring(3) : in;
    assertThat(readAll(in, sizes, new Seen(1_000_000))).isEqualTo(lineFeeds(expected));
    assertThat(readAll(concat(bom, in), sizes, new Seen(1_000_000))).isEqualTo(lineFeeds(in));
  }

  @Property
  void aPartOfAMarkIsNoMark(
      @ForAll @IntRange(min = 1, max = 2) int length, @ForAll("sizes") List<Integer> sizes)
      throws IOException {
    ByteString part = ByteString.encodeUtf8(BOM).substring(0, length);
    assertThat(readAll(part, sizes, new Seen(100))).isEqualTo(part);
    ByteString more = concat(part, ByteString.encodeUtf8("data: x\n\n"));
    assertThat(readAll(more, sizes, new Seen(100))).isEqualTo(more);
  }

  @Property
  void anEventWithoutAnEndIsCut(
      @ForAll @IntRange(min = 1, max = 30) int lineLength,
      @ForAll("lineEnds") String lineEnd,
      @ForAll("sizes") List<Integer> sizes) {
    ByteString endless = ByteString.encodeUtf8(("x".repeat(lineLength) + lineEnd).repeat(200));
    assertThatThrownBy(() -> readAll(endless, sizes, new Seen(150)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("larger than 150 bytes");
  }

  @Property
  void eventsThatEndAndCommentsGoOnForEver(
      @ForAll @IntRange(max = 100) int length,
      @ForAll("lineEnds") String lineEnd,
      @ForAll("sizes") List<Integer> sizes)
      throws IOException {
    String event = "x".repeat(length) + lineEnd + (": ping" + lineEnd).repeat(20) + lineEnd;
    ByteString many = ByteString.encodeUtf8(event.repeat(20) + (": ping" + lineEnd).repeat(100));
    assertThat(readAll(many, sizes, new Seen(110))).isEqualTo(lineFeeds(many));
  }

  @Test
  void theRestOfALongCommentIsRemovedAndCountsForNoEvent() throws IOException {
    String comment = ":" + "x".repeat(9_999);
    ByteString in = ByteString.encodeUtf8("data: 1\n" + comment + "\ndata: 2\n\n");
    Seen seen = new Seen(100);
    ByteString out = readAll(in, List.of(700), seen);
    assertThat(out.utf8()).isEqualTo("data: 1\n" + comment.substring(0, 1_024) + "\ndata: 2\n\n");
    assertThat(seen.largestEvent).isEqualTo("data: 1data: 2".length());
  }

  @Test
  void retryIsWhatTheFieldSaysLast() throws IOException {
    assertThat(retry("retry: 7\n\n")).isEqualTo(7);
    assertThat(retry("retry:7\r")).isEqualTo(7);
    assertThat(retry("data: x\r\nretry: 7\r\nretry: 0\r\n\r\n")).isZero();
    for (String none :
        new String[] {
          "",
          "retry: 7",
          "retry:\n",
          "retry: \n",
          "retry: -1\n",
          "retry: 1.5\n",
          "retry: x\n",
          "retry: 99999999999\n",
          " retry: 7\n",
          ":retry: 7\n",
          "Retry: 7\n",
          "data: retry: 7\n"
        }) {
      assertThat(retry(none)).as(none).isEqualTo(-1);
    }
  }

  @Provide
  Arbitrary<String> streams() {
    Arbitrary<String> tokens =
        Arbitraries.of(
            "data: x",
            "retry: 25",
            "retry:0",
            ": c",
            "\n",
            "\r",
            "\r\n",
            "\n\n",
            "\u00e9",
            BOM,
            "");
    return tokens.list().ofMaxSize(20).map(parts -> String.join("", parts));
  }

  @Provide
  Arbitrary<List<Integer>> sizes() {
    return Arbitraries.integers().between(1, 40).list().ofMinSize(1).ofMaxSize(8);
  }

  @Provide
  Arbitrary<String> lineEnds() {
    return Arbitraries.of("\n", "\r", "\r\n");
  }

  private static long retry(String text) throws IOException {
    Seen seen = new Seen(100);
    readAll(ByteString.encodeUtf8(text), List.of(3), seen);
    return seen.retryMillis;
  }

  private static long retryOf(String text) {
    List<String> lines = new ArrayList<>(List.of(text.split("\r\n|\r|\n", -1)));
    lines.remove(lines.size() - 1);
    long retry = -1;
    for (String line : lines) {
      Matcher matcher = RETRY.matcher(line);
      retry = matcher.matches() ? Long.parseLong(matcher.group(1)) : retry;
    }
    return retry;
  }

  /** Notes what the tap sees besides the events. */
  private static class Seen implements EventStreamSource.Listener {
    private final int maxEventBytes;
    private long retryMillis = -1;
    private long largestEvent;

    Seen(int maxEventBytes) {
      this.maxEventBytes = maxEventBytes;
    }

    @Override
    public void onActivity() {}

    @Override
    public void onRetry(long millis) {
      retryMillis = millis;
    }

    @Override
    public int maxEventBytes() {
      return maxEventBytes;
    }

    @Override
    public void onEventSize(long bytes) {
      largestEvent = Math.max(largestEvent, bytes);
    }
  }

  /** Wants a last event without its blank line. */
  private static final class Wanting extends Seen {
    private int unfinished;

    Wanting() {
      super(1_000_000);
    }

    @Override
    public void onUnfinishedEvent() {
      unfinished++;
    }
  }

  private static ByteString readAll(ByteString in, List<Integer> sizes, Seen seen)
      throws IOException {
    Buffer out = new Buffer();
    readAll(in, sizes, seen, out);
    return out.readByteString();
  }

  /** Whether the stream ended where no event was left without an end. */
  private static boolean readAll(ByteString in, List<Integer> sizes, Seen seen, Buffer out)
      throws IOException {
    try (EventStreamSource tap = new EventStreamSource(new Chunks(in, sizes), seen, true)) {
      long read;
      while ((read = tap.read(out, 8192)) != -1) {
        assertThat(read).isPositive();
      }
      return true;
    } catch (EOFException e) {
      assertThat(e).hasMessage("the stream ended in the middle of an event");
      return false;
    }
  }

  private static boolean endsWell(String text) {
    List<String> lines = new ArrayList<>(List.of(text.split("\r\n|\r|\n", -1)));
    String rest = lines.remove(lines.size() - 1);
    List<String> last = lines.subList(lines.lastIndexOf("") + 1, lines.size());
    boolean data = last.stream().anyMatch(line -> line.startsWith("data"));
    return !data && (rest.isEmpty() || rest.startsWith(":"));
  }

  /** With every end of a line as a line feed. */
  private static ByteString lineFeeds(ByteString in) {
    String latin = in.string(StandardCharsets.ISO_8859_1);
    return ByteString.encodeString(
        latin.replace("\r\n", "\n").replace('\r', '\n'), StandardCharsets.ISO_8859_1);
  }

  private static ByteString concat(ByteString one, ByteString other) {
    return new Buffer().write(one).write(other).readByteString();
  }
}
