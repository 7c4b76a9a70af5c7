// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal;

import java.io.IOException;
import okio.Buffer;
import okio.ByteString;
import okio.ForwardingSource;
import okio.Source;

/**
 * Reads along with a stream and sees what okhttp-sse does not tell: that anything arrived at all,
 * comments included; the {@code retry:} field; a byte order mark, which is cut off (HTML standard,
 * 9.2.5: "one leading U+FEFF must be ignored if any are present"); an event without an end.
 */
final class SseTap extends ForwardingSource {
  private static final ByteString BOM = ByteString.decodeHex("efbbbf");
  private static final ByteString LINE_ENDS = ByteString.encodeUtf8("\r\n");
  private static final String RETRY = "retry:";
  private static final int MAX_HEAD = 32;

  private final StatusStream stream;
  private final Buffer chunk = new Buffer();
  private final StringBuilder lineHead = new StringBuilder();
  private boolean started;
  private boolean afterCarriageReturn;
  private long lineBytes;
  private long eventBytes;

  SseTap(Source delegate, StatusStream stream) {
    super(delegate);
    this.stream = stream;
  }

  @Override
  public long read(Buffer sink, long byteCount) throws IOException {
    do {
      if (super.read(chunk, byteCount) == -1 && chunk.exhausted()) {
        return -1;
      }
      stream.touched();
    } while (!started && !start(byteCount));
    scan();
    long read = chunk.size();
    sink.write(chunk, read);
    return read;
  }

  /** Cuts a byte order mark; false while what came is less than one and may become one. */
  private boolean start(long byteCount) throws IOException {
    while (chunk.size() < BOM.size()
        && chunk.rangeEquals(0, BOM.substring(0, (int) chunk.size()))) {
      if (super.read(chunk, byteCount) == -1) {
        break;
      }
    }
    started = true;
    if (chunk.rangeEquals(0, BOM)) {
      chunk.skip(BOM.size());
    }
    return !chunk.exhausted();
  }

  private void scan() throws IOException {
    long position = 0;
    if (afterCarriageReturn && chunk.getByte(0) == '\n') {
      position = 1;
    }
    afterCarriageReturn = false;
    while (position < chunk.size()) {
      long end = chunk.indexOfElement(LINE_ENDS, position);
      take(position, end == -1 ? chunk.size() : end);
      if (end == -1) {
        return;
      }
      endLine();
      position = end + 1;
      if (chunk.getByte(end) == '\r') {
        afterCarriageReturn = position == chunk.size();
        if (!afterCarriageReturn && chunk.getByte(position) == '\n') {
          position++;
        }
      }
    }
  }

  private void take(long from, long to) throws IOException {
    for (long i = from; i < to && lineHead.length() < MAX_HEAD; i++) {
      lineHead.append((char) (chunk.getByte(i) & 0xff));
    }
    lineBytes += to - from;
    if (eventBytes + lineBytes > stream.maxEventBytes()) {
      throw new IOException("event larger than " + stream.maxEventBytes() + " bytes");
    }
  }

  private void endLine() {
    boolean comment = lineBytes > 0 && lineHead.charAt(0) == ':';
    if (lineBytes == 0) {
      eventBytes = 0;
    } else if (!comment) {
      eventBytes += lineBytes;
      retry();
    }
    lineBytes = 0;
    lineHead.setLength(0);
  }

  private void retry() {
    if (lineHead.indexOf(RETRY) == 0) {
      String value = lineHead.substring(RETRY.length()).strip();
      if (!value.isEmpty() && value.length() < 10 && value.chars().allMatch(Character::isDigit)) {
        stream.retryTold(Long.parseLong(value));
      }
    }
  }
}
