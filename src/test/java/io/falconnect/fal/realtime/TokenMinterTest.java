// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.fal.failure.Cause;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.failure.FalFailure.Whose;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.account.ReceivedRequest;
import io.falconnect.simulator.account.TokenShape;
import io.falconnect.simulator.fault.Fault;
import io.falconnect.simulator.fault.Surface;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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

class TokenMinterTest {
  private final RealtimeScene scene = new RealtimeScene();

  @AfterEach
  void close() {
    scene.close();
  }

  @ParameterizedTest
  @EnumSource(TokenShape.class)
  void everyShapeOfAnAnswerIsRead(TokenShape shape) throws Exception {
    scene.fal.setTokenShape(shape);
    assertThat(token(minter()).value()).isEqualTo("simulated-token-1");
    ReceivedRequest post = scene.fal.receivedRequests().get(0);
    assertThat(post.path()).isEqualTo("/tokens/");
    assertThat(post.body())
        .isEqualTo("{\"allowed_apps\":[\"fast-sdxl\"],\"token_expiration\":120}");
    assertThat(post.headers()).containsEntry("content-type", "application/json");
  }

  @Test
  void aFailureSaysHowLongToWait() throws Exception {
    TokenMinter minter = minter();
    scene.fal.attachFault(Surface.TOKENS, Fault.retryAfterSeconds(7), 1);
    assertThat(failure(minter))
        .isEqualTo(
            new FalFailure(
                Whose.NOBODY,
                Cause.RATE_LIMIT,
                "token: HTTP 429: slow",
                429,
                null,
                Duration.ofSeconds(7)));
    assertThat(token(minter).value()).isNotBlank();
    assertThat(minter.mintedCount()).isEqualTo(1);
  }

  @Test
  void eachFailureSaysWhoseItIs() throws Exception {
    assertThat(failure(Fault.FORBIDDEN))
        .isEqualTo(
            new FalFailure(
                Whose.ACCOUNT, Cause.DENIED, "token: HTTP 403: Access denied", 403, null, null));
    assertThat(failure(Fault.NOT_FOUND)).extracting(FalFailure::whose).isEqualTo(Whose.ACCOUNT);
    assertThat(failure(Fault.UNPROCESSABLE))
        .extracting(FalFailure::whose)
        .isEqualTo(Whose.REQUEST_FOR_GOOD);
    assertThat(failure(Fault.resetAfter(0))).extracting(FalFailure::whose).isEqualTo(Whose.NOBODY);
    assertThat(failure(Fault.RESET_MID_EVENT))
        .extracting(FalFailure::whose)
        .isEqualTo(Whose.NOBODY);
    scene.fal.stop();
    assertThat(failure(minter()).reason()).startsWith("token: ConnectException");
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
        .isEqualTo(
            new FalFailure(
                Whose.REQUEST_FOR_GOOD,
                Cause.REJECTED,
                "token: answer holds no token",
                200,
                null,
                null));
    assertThat(failure(Fault.bigOutput(100_000)))
        .isEqualTo(
            new FalFailure(
                Whose.REQUEST_FOR_GOOD,
                Cause.REJECTED,
                "token: answer holds no token",
                200,
                null,
                null));
    assertThat(failure(Fault.reply(202, Map.of(), body)).reason()).isEqualTo("token: HTTP 202");
  }

  @Test
  void aMintingThatIsNotAnsweredIsBounded() throws Exception {
    scene.connectTimeout = Duration.ofMillis(100);
    scene.idleTimeout = Duration.ofMillis(100);
    scene.fal.attachFault(Surface.TOKENS, Fault.SILENT_BEFORE_HEADERS, 1);
    assertThat(failure(minter())).extracting(FalFailure::whose).isEqualTo(Whose.NOBODY);
  }

  @Test
  void aTokenIsHiddenInTexts() throws Exception {
    RealtimeToken token = token(minter());
    assertThat(token.toString()).doesNotContain(token.value());
    assertThat(token.scrub("a " + token.value() + "b")).isEqualTo("a [hidden]b");
  }

  @Test
  void aTokenAsAUrlHasItIsHiddenInTexts() {
    RealtimeToken token = new RealtimeToken("a/b+c=", 0);
    assertThat(token.scrub("?fal_jwt_token=a%2Fb%2Bc%3D&x a/b+c="))
        .isEqualTo("?fal_jwt_token=[hidden]&x [hidden]");
  }

  @Test
  void aRequestThatCannotBeMadeIsAFailure() throws Exception {
    scene.key = "not\nsendable";
    assertThat(failure(minter()).reason())
        .contains("IllegalArgumentException")
        .doesNotContain("sendable");
  }

  @Test
  void noThreadForTheRequestIsAFailure() throws Exception {
    assertThat(failure(minter(scene.withoutThreads())).reason())
        .isEqualTo("token: InternalError: no thread");
  }

  @Test
  void anAnswerThatCannotBeReadIsAFailure() throws Exception {
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
    assertThat(failure(minter(client)).reason()).isEqualTo("token: InternalError: no memory");
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

  private TokenMinter minter() {
    return minter(scene.http().client());
  }

  private TokenMinter minter(OkHttpClient client) {
    return new TokenMinter(
        scene.settings(), client, "fast-sdxl", RealtimeScene.TOKEN_LIFE, System::nanoTime);
  }

  private FalFailure failure(Fault fault) throws Exception {
    scene.fal.attachFault(Surface.TOKENS, fault, FalSimulator.ALWAYS);
    FalFailure failure = failure(minter());
    scene.fal.clearFaults();
    return failure;
  }

  private static FalFailure failure(TokenMinter minter) throws Exception {
    return ((TokenMinting.Failed) minter.mint().get(20, TimeUnit.SECONDS)).failure();
  }

  private static RealtimeToken token(TokenMinter minter) throws Exception {
    return ((TokenMinting.Minted) minter.mint().get(20, TimeUnit.SECONDS)).token();
  }
}
