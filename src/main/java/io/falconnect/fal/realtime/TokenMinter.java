// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.falconnect.fal.failure.FailureClassifier;
import io.falconnect.fal.failure.FalFailure;
import io.falconnect.fal.http.FalHost;
import io.falconnect.fal.http.FalSettings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * Mints short-lived tokens for one app with the account's key: {@code POST …/tokens/}. Request and
 * answer are those of fal's official clients: {@code allowed_apps} holds the app's alias, which is
 * its name without the owner. The answer is a JSON string, which older proxies wrap as {@code
 * detail} or {@code token}. Safe for any thread.
 */
final class TokenMinter {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final MediaType JSON_TYPE = MediaType.get("application/json");
  private static final long MAX_ANSWER_BYTES = 64 * 1024;

  private final FalSettings settings;
  private final String alias;
  private final Duration life;
  private final OkHttpClient client;
  private final FailureClassifier classifier;
  private final LongSupplier nanoClock;
  private final AtomicLong minted = new AtomicLong();

  /**
   * Mints nothing yet.
   *
   * @param alias the app's name without its owner
   * @param life how long a token is to live, in whole seconds
   * @param nanoClock {@code System::nanoTime} outside tests
   */
  TokenMinter(
      FalSettings settings,
      OkHttpClient client,
      String alias,
      Duration life,
      LongSupplier nanoClock) {
    this.settings = settings;
    this.alias = alias;
    this.life = life;
    Duration limit = settings.connectTimeout().plus(settings.idleTimeout());
    this.client = client.newBuilder().callTimeout(limit).build();
    this.classifier = FailureClassifier.forSession(settings.credentials()::scrub);
    this.nanoClock = nanoClock;
  }

  /** How many tokens were minted. */
  long mintedCount() {
    return minted.get();
  }

  /**
   * Asks for a token. Returns at once; completes on a thread of the client, never exceptionally.
   */
  CompletableFuture<TokenMinting> mint() {
    CompletableFuture<TokenMinting> minting = new CompletableFuture<>();
    try {
      client.newCall(request()).enqueue(new Answer(minting, nanoClock.getAsLong()));
    } catch (Throwable e) {
      minting.complete(failed(classifier.judgeException(e)));
    }
    return minting;
  }

  private Request request() {
    ObjectNode body = JSON.createObjectNode();
    body.putArray("allowed_apps").add(alias);
    body.put("token_expiration", life.toSeconds());
    Request.Builder post =
        new Request.Builder()
            .url(settings.restUrl().newBuilder().addPathSegments("tokens/").build())
            .tag(FalHost.class, FalHost.REST)
            .post(RequestBody.create(body.toString().getBytes(StandardCharsets.UTF_8), JSON_TYPE));
    return settings.credentials().authorize(post).build();
  }

  private TokenMinting readAnswer(Response response, long askedAt) throws IOException {
    if (response.code() != 200 && response.code() != 201) {
      // The body of a success may hold a token, so no part of it goes into the reason.
      return failed(
          response.isSuccessful()
              ? classifier.judgeAnswer(response, "")
              : classifier.judgeAnswer(response));
    }
    String token = findToken(readBounded(response));
    if (token == null) {
      return failed(classifier.judgeUnusable(response.code(), "answer holds no token"));
    }
    minted.incrementAndGet();
    return new TokenMinting.Minted(new RealtimeToken(token, askedAt));
  }

  /** The token in an answer, or null. */
  private static String findToken(String body) {
    try {
      JsonNode json = JSON.readTree(body);
      for (JsonNode node : new JsonNode[] {json, json.path("detail"), json.path("token")}) {
        if (node.isTextual() && !node.textValue().isBlank()) {
          return node.textValue();
        }
      }
    } catch (JsonProcessingException e) {
      // Not JSON. The exception quotes the answer, so it is dropped.
    }
    return null;
  }

  /** The body, or an empty text where it is too long to hold a token. */
  private static String readBounded(Response response) throws IOException {
    boolean whole = !response.body().source().request(MAX_ANSWER_BYTES + 1);
    return whole ? response.body().string() : "";
  }

  private static TokenMinting failed(FalFailure failure) {
    return new TokenMinting.Failed(failure.during("token"));
  }

  /** Completes a minting with what fal answers. Sessions wait for it, so every error completes. */
  private final class Answer implements Callback {
    private final CompletableFuture<TokenMinting> minting;
    private final long askedAt;

    Answer(CompletableFuture<TokenMinting> minting, long askedAt) {
      this.minting = minting;
      this.askedAt = askedAt;
    }

    @Override
    public void onResponse(Call call, Response response) {
      try (response) {
        minting.complete(readAnswer(response, askedAt));
      } catch (Throwable e) {
        minting.complete(failed(classifier.judgeException(e)));
      }
    }

    @Override
    public void onFailure(Call call, IOException cause) {
      minting.complete(failed(classifier.judgeException(cause)));
    }
  }
}
