// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import io.falconnect.fal.http.FalHost;
import io.falconnect.fal.http.FalHttp;
import io.falconnect.fal.http.FalSettings;
import io.falconnect.fal.http.SignalReceiver;
import java.time.Duration;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;

/** Opens the realtime sessions of one app. Safe for any thread. */
public final class RealtimeSessions {
  private final FalSettings settings;
  private final RealtimeTarget target;
  private final SignalReceiver<RealtimeSignal> receiver;
  private final OkHttpClient client;
  private final TokenMinter minter;

  /** Null where sessions are opened with the key itself, or without a key. */
  private final TokenCache tokens;

  /**
   * Opens nothing yet.
   *
   * @param http whose threads the sessions use
   * @param receiver takes the signals of all sessions, on those threads
   */
  public RealtimeSessions(
      FalSettings settings,
      FalHttp http,
      RealtimeTarget target,
      SignalReceiver<RealtimeSignal> receiver) {
    this.settings = settings;
    this.target = target;
    this.receiver = receiver;
    // The call timeout of a WebSocket bounds the opening only. On an open one, pings find a dead
    // peer.
    Duration limit = settings.connectTimeout().plus(settings.idleTimeout());
    this.client = http.client().newBuilder().callTimeout(limit).build();
    Duration life = target.tokenLife().orElse(Duration.ZERO);
    this.minter = new TokenMinter(settings, http.client(), target.alias(), life, System::nanoTime);
    boolean byToken = settings.credentials().isPresent() && target.tokenLife().isPresent();
    this.tokens = byToken ? new TokenCache(minter, life, System::nanoTime) : null;
  }

  /**
   * Starts to open a session, and returns at once. What happens to it is told to the receiver.
   *
   * @param encoding of the inputs
   */
  public RealtimeSession open(RealtimeEncoding encoding) {
    RealtimeSession session =
        new RealtimeSession(
            receiver, encoding, target.ignored(), settings.credentials(), this::onTokenRefused);
    if (tokens == null) {
      Request.Builder get = newRequest(target.url(settings.runUrl(), null));
      session.connect(client, settings.credentials().authorize(get).build(), null);
    } else {
      tokens.getToken().thenAccept(minting -> connect(session, minting));
    }
    return session;
  }

  /** How many tokens were minted so far. */
  public long tokensMinted() {
    return minter.mintedCount();
  }

  private void connect(RealtimeSession session, TokenMinting minting) {
    if (minting instanceof TokenMinting.Minted minted) {
      RealtimeToken token = minted.token();
      Request get = newRequest(target.url(settings.runUrl(), token.value())).build();
      session.connect(client, get, token);
    } else if (minting instanceof TokenMinting.Failed failed) {
      session.failToOpen(failed.failure());
    }
  }

  private Request.Builder newRequest(HttpUrl url) {
    return settings.headers().addTo(new Request.Builder().url(url).tag(FalHost.class, FalHost.RUN));
  }

  private void onTokenRefused(RealtimeToken token) {
    tokens.discard(token);
  }
}
