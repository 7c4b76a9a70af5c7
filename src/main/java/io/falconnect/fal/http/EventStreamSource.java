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
 * The body of a response, checked and cleaned up before okhttp-sse parses it. Used by one reading
 * thread.
 *
 * <ul>
 *   <li>Every chunk counts as activity, comments included; okhttp-sse does not report comments. The
 *       rest of a long comment is removed, so that it takes no memory.
 *   <li>The {@code retry:} field is reported; okhttp-sse drops it.
 *   <li>A byte order mark is removed (HTML standard, 9.2.5: one leading U+FEFF is ignored).
 *   <li>Every line end becomes a line feed. okhttp-sse waits for the character after a carriage
 *       return, and loops for ever if the stream ends with one.
 *   <li>An event that is too large, or that the end of the stream cuts off, is an error. A server
 *       may end a stream by closing the connection, so a cut looks like an end. A listener may ask
 *       for a last event without its blank line: gateways leave that line out.
 * </ul>
 */
public final class EventStreamSource extends ForwardingSource {
  /** Is told what okhttp-sse does not report. Called on the thread that reads. */
  public interface Listener {
    /** Something arrived. */
    void onActivity();

    /** The server asks to wait so long before a reconnect. */
    void onRetry(long millis);

    /** The most bytes of an event; a larger one breaks the stream. */
    int maxEventBytes();

    /**
     * The event that is being read has so many bytes so far. Called before they are passed on.
     *
     * @throws IOException if the stream has to end, because there is no memory for the event
     */
    default void onEventSize(long bytes) throws IOException {}

    /**
     * The body ended in good order, but without the blank line of its last event. If this method
     * returns, that event is passed on as if the line were there, and the caller has to check that
     * its data is whole.
     *
     * @throws EOFException if such an event is not wanted, which is the default
     */
    default void onUnfinishedEvent() throws EOFException {
      throw cutException();
    }
  }

  /** An event has more bytes than {@link Listener#maxEventBytes}. */
  public static final class EventTooLargeException extends IOException {
    private static final long serialVersionUID = 1L;

    public EventTooLargeException(int maxBytes) {
      super("event larger than " + maxBytes + " bytes");
    }
  }

  private static final ByteString BYTE_ORDER_MARK = ByteString.decodeHex("efbbbf");
  private static final ByteString LINE_ENDS = ByteString.encodeUtf8("\r\n");
  private static final String RETRY_FIELD = "retry:";
  private static final String DATA_FIELD = "data";
  private static final int MAX_COMMENT = 1_024;
  private static final int MAX_LINE_HEAD = 32;
  private static final int MAX_RETRY_DIGITS = 9;

  private final Listener listener;
  private final boolean isEventStream;
  private final Buffer chunk = new Buffer();

  /** The first characters of the current line, to tell which field it is. */
  private final StringBuilder lineHead = new StringBuilder();

  private boolean isStarted;
  private boolean isAfterCarriageReturn;
  private boolean hasUnfinishedData;
  private long lineBytes;
  private long eventBytes;
  private byte lastByte;

  /**
   * Creates a source over another one.
   *
   * @param isEventStream false for an answer in one piece, whose end is never in the middle
   */
  EventStreamSource(Source delegate, Listener listener, boolean isEventStream) {
    super(delegate);
    this.listener = listener;
    this.isEventStream = isEventStream;
  }

  /** Wraps the body of a successful response, which must not be read yet. Others stay as is. */
  public static Response wrap(Response response, Listener listener) {
    listener.onActivity();
    if (!response.isSuccessful()) {
      return response;
    }
    ResponseBody body = response.body();
    BufferedSource source =
        Okio.buffer(new EventStreamSource(body.source(), listener, isEventStream(body)));
    return response
        .newBuilder()
        .body(ResponseBody.create(source, body.contentType(), body.contentLength()))
        .build();
  }

  /** Whether the media type is {@code text/event-stream}. */
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
          return finishLastEvent(sink) ? sink.size() - before : -1;
        }
        listener.onActivity();
      } while (!isStarted && !skipByteOrderMark(byteCount));
      copyLines(sink);
    }
    return sink.size() - before;
  }

  /**
   * Reads on while the first bytes may be the beginning of a byte order mark, and removes the mark.
   *
   * @return whether any bytes are left to copy
   */
  private boolean skipByteOrderMark(long byteCount) throws IOException {
    int length = BYTE_ORDER_MARK.size();
    while (chunk.size() < length
        && chunk.rangeEquals(0, BYTE_ORDER_MARK.substring(0, (int) chunk.size()))) {
      if (super.read(chunk, byteCount) == -1) {
        break;
      }
    }
    isStarted = true;
    if (chunk.rangeEquals(0, BYTE_ORDER_MARK)) {
      chunk.skip(length);
    }
    return !chunk.exhausted();
  }

  /** Copies the chunk with every line end as a line feed. */
  private void copyLines(Buffer sink) throws IOException {
    while (!chunk.exhausted()) {
      if (isAfterCarriageReturn && chunk.getByte(0) == '\n') {
        chunk.skip(1);
        isAfterCarriageReturn = false;
        continue;
      }
      isAfterCarriageReturn = false;
      long end = chunk.indexOfElement(LINE_ENDS);
      countLineBytes(end == -1 ? chunk.size() : end);
      if (end == -1) {
        copy(chunk.size(), sink);
        return;
      }
      isAfterCarriageReturn = chunk.getByte(end) == '\r';
      copy(end, sink);
      onLineEnd();
      chunk.skip(1);
      sink.writeByte('\n');
    }
  }

  /** Moves bytes of the current line, which are counted already, without the rest of a comment. */
  private void copy(long byteCount, Buffer sink) throws IOException {
    long before = lineBytes - byteCount;
    long kept = isComment() ? Math.min(byteCount, Math.max(0, MAX_COMMENT - before)) : byteCount;
    sink.write(chunk, kept);
    chunk.skip(byteCount - kept);
  }

  private void countLineBytes(long length) throws IOException {
    for (long i = 0; i < length && lineHead.length() < MAX_LINE_HEAD; i++) {
      lineHead.append((char) (chunk.getByte(i) & 0xff));
    }
    lineBytes += length;
    lastByte = length > 0 ? chunk.getByte(length - 1) : lastByte;
    if (isComment()) {
      return;
    }
    if (eventBytes + lineBytes > listener.maxEventBytes()) {
      throw new EventTooLargeException(listener.maxEventBytes());
    }
    listener.onEventSize(eventBytes + lineBytes);
  }

  /** An empty line ends the event. */
  private void onLineEnd() {
    if (lineBytes == 0) {
      eventBytes = 0;
      hasUnfinishedData = false;
    } else if (!isComment()) {
      eventBytes += lineBytes;
      hasUnfinishedData |= lineHead.indexOf(DATA_FIELD) == 0;
      reportRetry();
    }
    lineBytes = 0;
    lineHead.setLength(0);
  }

  private boolean isComment() {
    return isEventStream && lineHead.indexOf(":") == 0;
  }

  /**
   * Ends an event that the end of the body left open.
   *
   * @return whether anything was added
   */
  private boolean finishLastEvent(Buffer sink) throws EOFException {
    boolean isInLine = lineBytes > 0 && !isComment();
    boolean hasData = hasUnfinishedData || isInLine && lineHead.indexOf(DATA_FIELD) == 0;
    if (!isEventStream || !hasData && !isInLine) {
      return false;
    }
    // A number without the end of its line may have lost digits.
    if (!hasData || isInLine && Character.isDigit(lastByte)) {
      throw cutException();
    }
    listener.onUnfinishedEvent();
    sink.writeUtf8("\n\n");
    lineBytes = 0;
    hasUnfinishedData = false;
    return true;
  }

  /** The stream ended in the middle of an event. */
  public static EOFException cutException() {
    return new EOFException("the stream ended in the middle of an event");
  }

  /** Reports a {@code retry:} field of digits only, as the HTML standard, 9.2.6, defines it. */
  private void reportRetry() {
    if (lineHead.indexOf(RETRY_FIELD) != 0) {
      return;
    }
    String value = lineHead.substring(RETRY_FIELD.length()).strip();
    boolean isNumber = !value.isEmpty() && value.chars().allMatch(Character::isDigit);
    if (isNumber && value.length() <= MAX_RETRY_DIGITS) {
      listener.onRetry(Long.parseLong(value));
    }
  }
}
