// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.falconnect.fal.failure.FailureClassifier;
import io.falconnect.fal.failure.FalFailure;
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
 * Mints short-lived tokens for one app with the account's key: {@code POST …/tokens/}. A token is
 * kept until nine tenths of its life are over, and one is minted at a time, for everybody who waits
 * for it. Safe for any thread.
 *
 * <p>Request, answer and the nine tenths are those of fal's official clients: {@code allowed_apps}
 * holds the app's own name, without its owner, and the answer is a JSON string, which older proxies
 * wrap as {@code detail} or {@code token}.
 */
final class Tokens {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final MediaType JSON_TYPE = MediaType.get("application/json");
  private static final long MAX_ANSWER = 64 * 1024;

  private final FalSettings settings;
  private final String alias;
  private final Duration life;
  private final OkHttpClient client;
  private final FailureClassifier failures;
  private final LongSupplier nanoTime;
  private final AtomicLong minted = new AtomicLong();
  private CompletableFuture<TokenMinting> current;

  /**
   * Mints nothing yet.
   *
   * @param alias the app's own name
   * @param nanoTime what tells the time, {@code System::nanoTime} outside tests
   */
  Tokens(
      FalSettings settings,
      OkHttpClient client,
      String alias,
      Duration life,
      LongSupplier nanoTime) {
    this.settings = settings;
    this.alias = alias;
    this.life = life;
    Duration limit = settings.connectTimeout().plus(settings.idleTimeout());
    this.client = client.newBuilder().callTimeout(limit).build();
    this.failures = new FailureClassifier(settings.credentials());
    this.nanoTime = nanoTime;
  }

  /**
   * A token that is good, or the failure to get one. Returns at once; what is not there yet
   * completes on a thread of the client.
   */
  synchronized CompletableFuture<TokenMinting> token() {
    if (current == null || spent(current.getNow(null))) {
      current = mint();
    }
    return current;
  }

  /** That token opens nothing any more; a newer one is not touched. */
  synchronized void discard(TokenMinting.Token token) {
    if (current != null && current.getNow(null) == token) {
      current = null;
    }
  }

  /** How many were minted. */
  long minted() {
    return minted.get();
  }

  /** False while it is being minted. */
  private boolean spent(TokenMinting minting) {
    if (minting instanceof TokenMinting.Token token) {
      return nanoTime.getAsLong() - token.mintedAt() >= life.toNanos() / 10 * 9;
    }
    return minting != null;
  }

  private CompletableFuture<TokenMinting> mint() {
    CompletableFuture<TokenMinting> minting = new CompletableFuture<>();
    try {
      ask(minting);
    } catch (Throwable e) {
      minting.complete(failed(failures.of(e)));
    }
    return minting;
  }

  private void ask(CompletableFuture<TokenMinting> minting) {
    long now = nanoTime.getAsLong();
    client
        .newCall(request())
        .enqueue(
            new Callback() {
              @Override
              public void onResponse(Call call, Response response) {
                try (response) {
                  minting.complete(read(response, now));
                } catch (Throwable e) {
                  // Whoever waits for a token waits for nothing else.
                  minting.complete(failed(failures.of(e)));
                }
              }

              @Override
              public void onFailure(Call call, IOException cause) {
                minting.complete(failed(failures.of(cause)));
              }
            });
  }

  private Request request() {
    ObjectNode body = JSON.createObjectNode();
    body.putArray("allowed_apps").add(alias);
    body.put("token_expiration", life.toSeconds());
    Request.Builder post =
        new Request.Builder()
            .url(settings.restUrl().newBuilder().addPathSegments("tokens/").build())
            .post(RequestBody.create(body.toString().getBytes(StandardCharsets.UTF_8), JSON_TYPE));
    return settings.credentials().authorize(post).build();
  }

  private TokenMinting read(Response response, long askedAt) {
    if (response.code() != 200 && response.code() != 201) {
      // Of a success the body may hold a token, so it is not told.
      return failed(response.isSuccessful() ? failures.of(response, "") : failures.of(response));
    }
    try {
      String token = tokenIn(boundedBody(response));
      if (token == null) {
        return failed(new FalFailure.Rejected(response.code(), "answer holds no token"));
      }
      minted.incrementAndGet();
      return new TokenMinting.Token(token, askedAt);
    } catch (IOException e) {
      return failed(failures.of(e));
    }
  }

  /** Null where there is none. */
  private static String tokenIn(String body) {
    try {
      JsonNode json = JSON.readTree(body);
      for (JsonNode node : new JsonNode[] {json, json.path("detail"), json.path("token")}) {
        if (node.isTextual() && !node.textValue().isBlank()) {
          return node.textValue();
        }
      }
    } catch (JsonProcessingException e) {
      // Not JSON; the exception quotes the answer, so it goes no further.
    }
    return null;
  }

  private static String boundedBody(Response response) throws IOException {
    boolean whole = !response.body().source().request(MAX_ANSWER + 1);
    return whole ? response.body().string() : "";
  }

  private static TokenMinting failed(FalFailure failure) {
    return new TokenMinting.Failed(failure.during("token"));
  }
}
