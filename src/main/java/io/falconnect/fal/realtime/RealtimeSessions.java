// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import io.falconnect.fal.http.FalHttp;
import io.falconnect.fal.http.FalSettings;
import io.falconnect.fal.http.SignalReceiver;
import java.time.Duration;
import okhttp3.OkHttpClient;
import okhttp3.Request;

/**
 * Opens realtime sessions of one app: {@code wss://…/{endpoint id}/realtime}. Opening returns at
 * once; what happens is told to the sink. Safe for any thread.
 */
public final class RealtimeSessions {
  private final FalSettings settings;
  private final RealtimeTarget target;
  private final SignalReceiver<RealtimeSignal> sink;
  private final OkHttpClient client;

  /** Null where the key itself is sent, or there is none. */
  private final Tokens tokens;

  /** Sessions over that client's threads. */
  public RealtimeSessions(
      FalSettings settings,
      FalHttp http,
      RealtimeTarget target,
      SignalReceiver<RealtimeSignal> sink) {
    this.settings = settings;
    this.target = target;
    this.sink = sink;
    // Of a WebSocket this bounds the opening alone; once it is open, pings tell a dead peer.
    Duration limit = settings.connectTimeout().plus(settings.idleTimeout());
    this.client = http.client().newBuilder().callTimeout(limit).build();
    boolean byToken = settings.credentials().present() && target.tokenLife().isPresent();
    this.tokens =
        byToken
            ? new Tokens(
                settings, http.client(), target.alias(), target.tokenLife().get(), System::nanoTime)
            : null;
  }

  /** Starts to open a session. */
  public RealtimeSession open() {
    RealtimeSession session =
        new RealtimeSession(sink, target.encoding(), settings.credentials(), this::refused);
    if (tokens == null) {
      Request.Builder get = new Request.Builder().url(target.url(settings.runUrl(), null));
      session.connect(client, settings.credentials().authorize(get).build(), null);
    } else {
      tokens.token().thenAccept(minting -> proceed(session, minting));
    }
    return session;
  }

  /** How many tokens were minted so far. */
  public long tokensMinted() {
    return tokens == null ? 0 : tokens.minted();
  }

  private void proceed(RealtimeSession session, TokenMinting minting) {
    if (minting instanceof TokenMinting.Token token) {
      Request get = new Request.Builder().url(target.url(settings.runUrl(), token.value())).build();
      session.connect(client, get, token);
    } else if (minting instanceof TokenMinting.Failed failed) {
      session.abandon(failed.failure());
    }
  }

  private void refused(TokenMinting.Token token) {
    tokens.discard(token);
  }
}
