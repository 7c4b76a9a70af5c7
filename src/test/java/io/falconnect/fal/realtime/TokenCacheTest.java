// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TokenCacheTest {
  private final RealtimeScene scene = new RealtimeScene();
  private final AtomicLong now = new AtomicLong();
  private final TokenMinter minter =
      new TokenMinter(
          scene.settings(), scene.http().client(), "fast-sdxl", RealtimeScene.TOKEN_LIFE, now::get);
  private final TokenCache tokens = new TokenCache(minter, RealtimeScene.TOKEN_LIFE, now::get);

  @AfterEach
  void close() {
    scene.close();
  }

  @Test
  void aTokenIsKeptForNineTenthsOfItsLife() throws Exception {
    RealtimeToken first = token();
    now.addAndGet(Duration.ofSeconds(108).toNanos() - 1);
    assertThat(token()).isSameAs(first);
    now.incrementAndGet();
    assertThat(token()).isNotEqualTo(first);
    assertThat(minter.mintedCount()).isEqualTo(2);
  }

  @Test
  void allWhoAskWhileATokenIsMintedGetTheSameOne() throws Exception {
    List<CompletableFuture<TokenMinting>> all =
        IntStream.range(0, 50).parallel().mapToObj(i -> tokens.getToken()).toList();
    assertThat(all.stream().map(CompletableFuture::join).distinct()).hasSize(1);
    assertThat(scene.fal.tokensMinted()).isEqualTo(1);
  }

  @Test
  void onlyTheRefusedTokenIsDiscarded() throws Exception {
    RealtimeToken first = token();
    tokens.discard(first);
    RealtimeToken second = token();
    tokens.discard(first);
    assertThat(token()).isSameAs(second);
    assertThat(second.value()).isNotEqualTo(first.value());
  }

  @Test
  void aFailureIsNotKept() throws Exception {
    scene.fal.attachFault(Surface.TOKENS, Fault.retryAfterSeconds(7), 1);
    assertThat(tokens.getToken().get(20, TimeUnit.SECONDS)).isInstanceOf(TokenMinting.Failed.class);
    assertThat(token().value()).isNotBlank();
    assertThat(minter.mintedCount()).isEqualTo(1);
  }

  private RealtimeToken token() throws Exception {
    return ((TokenMinting.Minted) tokens.getToken().get(20, TimeUnit.SECONDS)).token();
  }
}
