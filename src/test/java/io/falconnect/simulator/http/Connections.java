// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.impl.HttpServerConnection;
import java.time.Duration;

/** Actions on a connection below HTTP. */
public final class Connections {
  static final Duration READING_TIME = Duration.ofMillis(30);

  private Connections() {}

  public static Channel channelOf(HttpConnection connection) {
    return ((HttpServerConnection) connection).channelHandlerContext().channel();
  }

  /** Resets the TCP connection, without a goodbye of TLS or HTTP. */
  public static void reset(Channel channel) {
    if (!channel.isOpen()) {
      return;
    }
    channel.config().setOption(ChannelOption.SO_LINGER, 0);
    ChannelHandlerContext first = channel.pipeline().firstContext();
    // From the first handler outwards, so that the TLS handler cannot send its close_notify.
    if (first != null) {
      first.close();
    } else {
      channel.close();
    }
  }

  /** Resets after a moment for the client to read: a reset may discard data on its way. */
  public static void resetAfterReading(EventLoop loop, Channel channel) {
    loop.schedule(READING_TIME, () -> reset(channel));
  }

  /** Stops reading, so that nothing is answered any more, not even pings. */
  public static void stopReading(Channel channel) {
    channel.config().setAutoRead(false);
  }
}
