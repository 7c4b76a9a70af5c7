// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.Fault;
import io.falconnect.simulator.Received;
import io.falconnect.simulator.Surface;
import io.falconnect.simulator.TokenShape;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokensTest {
  private final RealtimeScene scene = new RealtimeScene();
  private final AtomicLong now = new AtomicLong();

  @AfterEach
  void close() {
    scene.close();
  }

  @ParameterizedTest
  @EnumSource(TokenShape.class)
  void everyShapeOfAnAnswerIsRead(TokenShape shape) throws Exception {
    scene.fal.tokenShape(shape);
    assertThat(token(tokens()).value()).isEqualTo("simulated-token-1");
    Received post = scene.fal.received().get(0);
    assertThat(post.path()).isEqualTo("/tokens/");
    assertThat(post.body())
        .isEqualTo("{\"allowed_apps\":[\"fast-sdxl\"],\"token_expiration\":120}");
    assertThat(post.headers()).containsEntry("content-type", "application/json");
  }

  @Test
  void aTokenIsKeptForNineTenthsOfItsLife() throws Exception {
    Tokens tokens = tokens();
    TokenMinting.Token first = token(tokens);
    now.addAndGet(Duration.ofSeconds(108).toNanos() - 1);
    assertThat(token(tokens)).isSameAs(first);
    now.incrementAndGet();
    assertThat(token(tokens)).isNotEqualTo(first);
    assertThat(tokens.minted()).isEqualTo(2);
  }

  @Test
  void whoeverAsksMeanwhileGetsTheSameToken() throws Exception {
    Tokens tokens = tokens();
    List<CompletableFuture<TokenMinting>> all =
        IntStream.range(0, 50).parallel().mapToObj(i -> tokens.token()).toList();
    assertThat(all.stream().map(CompletableFuture::join).distinct()).hasSize(1);
    assertThat(scene.fal.tokensMinted()).isEqualTo(1);
  }

  @Test
  void onlyTheTokenThatWasRefusedIsThrownAway() throws Exception {
    Tokens tokens = tokens();
    TokenMinting.Token first = token(tokens);
    tokens.discard(first);
    TokenMinting.Token second = token(tokens);
    tokens.discard(first);
    assertThat(token(tokens)).isSameAs(second);
    assertThat(second.value()).isNotEqualTo(first.value());
  }

  @Test
  void aFailureIsNotKept() throws Exception {
    Tokens tokens = tokens();
    scene.fal.fault(Surface.TOKENS, Fault.retryAfterSeconds(7), 1);
    assertThat(failure(tokens))
        .isEqualTo(
            new FalFailure.Retryable(
                Cause.RATE_LIMIT, "token: HTTP 429: slow", Duration.ofSeconds(7), 429));
    assertThat(token(tokens).value()).isNotBlank();
    assertThat(tokens.minted()).isEqualTo(1);
  }

  @Test
  void failuresAreOfTheirKind() throws Exception {
    assertThat(failure(Fault.FORBIDDEN))
        .isEqualTo(new FalFailure.Denied(403, "token: HTTP 403: Access denied"));
    assertThat(failure(Fault.NOT_FOUND)).isInstanceOf(FalFailure.NotFound.class);
    assertThat(failure(Fault.UNPROCESSABLE)).isInstanceOf(FalFailure.Rejected.class);
    assertThat(failure(Fault.cutAfter(0))).isInstanceOf(FalFailure.Retryable.class);
    assertThat(failure(Fault.DROP_MID_EVENT)).isInstanceOf(FalFailure.Retryable.class);
    scene.fal.stop();
    assertThat(failure(tokens()).reason()).startsWith("token: ConnectException");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "secret",
        "{\"jwt\":\"secret\"}",
        "[\"secret\"]",
        "{\"token\":\" \"}",
        "7",
        "null"
      })
  void anAnswerWithoutATokenIsNotQuoted(String body) throws Exception {
    assertThat(failure(Fault.reply(200, Map.of(), body)))
        .isEqualTo(new FalFailure.Rejected(200, "token: answer holds no token"));
    assertThat(failure(Fault.bigOutput(100_000)))
        .isEqualTo(new FalFailure.Rejected(200, "token: answer holds no token"));
    assertThat(failure(Fault.reply(202, Map.of(), body)).reason()).isEqualTo("token: HTTP 202");
  }

  @Test
  void silenceIsBounded() throws Exception {
    scene.connectTimeout = Duration.ofMillis(100);
    scene.idleTimeout = Duration.ofMillis(100);
    scene.fal.fault(Surface.TOKENS, Fault.SILENT_BEFORE_HEADERS, 1);
    assertThat(failure(tokens())).isInstanceOf(FalFailure.Retryable.class);
  }

  @Test
  void aTokenDoesNotShowItself() throws Exception {
    TokenMinting.Token token = token(tokens());
    assertThat(token.toString()).doesNotContain(token.value());
    assertThat(token.scrub("a " + token.value() + "b")).isEqualTo("a [hidden]b");
  }

  @Test
  void norDoesOneAsTheUrlHasIt() {
    TokenMinting.Token token = new TokenMinting.Token("a/b+c=", 0);
    assertThat(token.scrub("?fal_jwt_token=a%2Fb%2Bc%3D&x a/b+c="))
        .isEqualTo("?fal_jwt_token=[hidden]&x [hidden]");
  }

  @Test
  void whateverGoesWrongIsAFailure() throws Exception {
    scene.key = "not\nsendable";
    assertThat(failure(tokens()).reason())
        .contains("IllegalArgumentException")
        .doesNotContain("sendable");
  }

  @Test
  void soIsThatThereIsNoThreadToAskOn() throws Exception {
    assertThat(failure(tokens(scene.withoutThreads())).reason())
        .isEqualTo("token: InternalError: no thread");
  }

  @Test
  void soIsAnAnswerThatCannotBeReadAtAll() throws Exception {
    OkHttpClient client =
        scene
            .http()
            .client()
            .newBuilder()
            .addInterceptor(
                chain -> {
                  Response response = chain.proceed(chain.request());
                  return response.newBuilder().body(tooMuch(response.body())).build();
                })
            .build();
    assertThat(failure(tokens(client)).reason()).isEqualTo("token: InternalError: no memory");
  }

  private static ResponseBody tooMuch(ResponseBody body) {
    Source source =
        new ForwardingSource(body.source()) {
          @Override
          public long read(Buffer sink, long byteCount) {
            throw new InternalError("no memory");
          }
        };
    return ResponseBody.create(Okio.buffer(source), body.contentType(), -1);
  }

  private Tokens tokens() {
    return tokens(scene.http().client());
  }

  private Tokens tokens(OkHttpClient client) {
    return new Tokens(scene.settings(), client, "fast-sdxl", RealtimeScene.TOKEN_LIFE, now::get);
  }

  private FalFailure failure(Fault fault) throws Exception {
    scene.fal.fault(Surface.TOKENS, fault, FalSimulator.ALWAYS);
    FalFailure failure = failure(tokens());
    scene.fal.clearFaults();
    return failure;
  }

  private static FalFailure failure(Tokens tokens) throws Exception {
    return ((TokenMinting.Failed) tokens.token().get(20, TimeUnit.SECONDS)).failure();
  }

  private static TokenMinting.Token token(Tokens tokens) throws Exception {
    return (TokenMinting.Token) tokens.token().get(20, TimeUnit.SECONDS);
  }
}
