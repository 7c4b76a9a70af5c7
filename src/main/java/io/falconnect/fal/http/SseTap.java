// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.http;

import java.io.EOFException;
import java.io.IOException;
import okhttp3.MediaType;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.BufferedSource;
import okio.ByteString;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;

/**
 * Reads along with a stream and sees what okhttp-sse does not tell: that anything arrived at all,
 * comments included; the {@code retry:} field; a byte order mark, which is cut off (HTML standard,
 * 9.2.5: "one leading U+FEFF must be ignored if any are present"); an event without an end: too
 * large, or left off where the stream ends, which a connection that closes to say that it is done
 * cannot tell from being cut. Every end of a line becomes a line feed: okhttp-sse waits for what
 * follows a carriage return, and where the stream ends with one it spins for ever.
 */
public final class SseTap extends ForwardingSource {
  /** What is seen of a stream besides its events. On the thread that reads. */
  public interface Listener {
    /** Anything arrived. */
    void touched();

    /** The wait before a reconnect that the server asked for. */
    void retryTold(long millis);

    /** An event larger than this breaks the stream. */
    int maxEventBytes();
  }

  /** An event has more bytes than are read. */
  public static final class EventTooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    EventTooLargeException(int maxBytes) {
      super("event larger than " + maxBytes + " bytes");
    }
  }

  private static final ByteString BOM = ByteString.decodeHex("efbbbf");
  private static final ByteString LINE_ENDS = ByteString.encodeUtf8("\r\n");
  private static final String RETRY = "retry:";
  private static final String DATA = "data";
  private static final int MAX_HEAD = 32;

  private final Listener listener;
  private final boolean events;
  private final Buffer chunk = new Buffer();
  private final StringBuilder lineHead = new StringBuilder();
  private boolean started;
  private boolean afterCarriageReturn;
  private boolean dataPending;
  private long lineBytes;
  private long eventBytes;

  /**
   * Reads along.
   *
   * @param events whether it is an event stream, not an answer in one piece
   */
  SseTap(Source delegate, Listener listener, boolean events) {
    super(delegate);
    this.listener = listener;
    this.events = events;
  }

  /** The response with its body read along, if it is a good one; the body is not read yet. */
  public static Response on(Response response, Listener listener) {
    listener.touched();
    if (!response.isSuccessful()) {
      return response;
    }
    ResponseBody body = response.body();
    BufferedSource tapped = Okio.buffer(new SseTap(body.source(), listener, isEventStream(body)));
    return response
        .newBuilder()
        .body(ResponseBody.create(tapped, body.contentType(), body.contentLength()))
        .build();
  }

  /** Whether a body says that it is an event stream. */
  public static boolean isEventStream(ResponseBody body) {
    MediaType type = body.contentType();
    return type != null && type.type().equals("text") && type.subtype().equals("event-stream");
  }

  @Override
  public long read(Buffer sink, long byteCount) throws IOException {
    long before = sink.size();
    while (sink.size() == before) {
      do {
        if (super.read(chunk, byteCount) == -1 && chunk.exhausted()) {
          endStream();
          return -1;
        }
        listener.touched();
      } while (!started && !start(byteCount));
      pass(sink);
    }
    return sink.size() - before;
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

  /** Hands over what was read, every end of a line as a line feed. */
  private void pass(Buffer sink) throws IOException {
    while (!chunk.exhausted()) {
      if (afterCarriageReturn && chunk.getByte(0) == '\n') {
        chunk.skip(1);
        afterCarriageReturn = false;
        continue;
      }
      afterCarriageReturn = false;
      long end = chunk.indexOfElement(LINE_ENDS);
      take(end == -1 ? chunk.size() : end);
      if (end == -1) {
        sink.write(chunk, chunk.size());
        return;
      }
      endLine();
      afterCarriageReturn = chunk.getByte(end) == '\r';
      sink.write(chunk, end);
      chunk.skip(1);
      sink.writeByte('\n');
    }
  }

  private void take(long length) throws IOException {
    for (long i = 0; i < length && lineHead.length() < MAX_HEAD; i++) {
      lineHead.append((char) (chunk.getByte(i) & 0xff));
    }
    lineBytes += length;
    if (eventBytes + lineBytes > listener.maxEventBytes()) {
      throw new EventTooLargeException(listener.maxEventBytes());
    }
  }

  private void endLine() {
    if (lineBytes == 0) {
      eventBytes = 0;
      dataPending = false;
    } else if (!isComment()) {
      eventBytes += lineBytes;
      dataPending |= lineHead.indexOf(DATA) == 0;
      retry();
    }
    lineBytes = 0;
    lineHead.setLength(0);
  }

  private boolean isComment() {
    return lineHead.indexOf(":") == 0;
  }

  private void endStream() throws EOFException {
    if (events && (dataPending || lineBytes > 0 && !isComment())) {
      throw new EOFException("the stream ended in the middle of an event");
    }
  }

  private void retry() {
    if (lineHead.indexOf(RETRY) == 0) {
      String value = lineHead.substring(RETRY.length()).strip();
      if (!value.isEmpty() && value.length() < 10 && value.chars().allMatch(Character::isDigit)) {
        listener.retryTold(Long.parseLong(value));
      }
    }
  }
}
