// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.call;

import io.falconnect.fal.failure.FailureClassifier;
import io.falconnect.fal.http.FalHost;
import io.falconnect.fal.http.FalHttp;
import io.falconnect.fal.http.FalSettings;
import io.falconnect.fal.http.SignalReceiver;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.ByteString;

/**
 * Posts inputs: to {@code …/stream} for progressive outputs, or to the queue. Posting returns at
 * once; the receiver gets the signals. This class never posts an input twice, because each run of
 * an app costs money and fal has no idempotency key. Safe for any thread.
 */
public final class FalCalls {
  private static final MediaType JSON = MediaType.get("application/json");

  private final FalSettings settings;
  private final OkHttpClient client;
  private final SignalReceiver<CallSignal> receiver;
  private final AnswerRules rules;
  private final FailureClassifier failures;

  /**
   * Posts nothing yet.
   *
   * @param http whose threads and connections the calls use
   */
  public FalCalls(
      FalSettings settings, FalHttp http, SignalReceiver<CallSignal> receiver, AnswerRules rules) {
    this.settings = settings;
    this.rules = rules;
    Duration connectLimit = settings.connectTimeout().plus(settings.idleTimeout());
    this.client =
        http.client()
            .newBuilder()
            .retryOnConnectionFailure(false)
            .readTimeout(rules.responseTimeout())
            .addInterceptor(FalCalls::prepareBody)
            .addInterceptor(StaleConnectionCheck::retryOnAnother)
            .addNetworkInterceptor(StaleConnectionCheck::rejectStale)
            .eventListenerFactory(
                call -> call.request().tag(FalCall.class).newListener(call, connectLimit))
            .build();
    this.receiver = receiver;
    this.failures = FailureClassifier.forInput(settings.credentials()::scrub);
  }

  /**
   * Posts an input; returns at once.
   *
   * @param host which of fal's hosts the URL is of
   * @param headers further headers of the request
   * @param input JSON in UTF-8
   */
  public FalCall post(FalHost host, HttpUrl url, Map<String, String> headers, ByteString input) {
    FalCall call = new FalCall();
    CallReader reader = new CallReader(call, receiver, classifierFor(url), rules);
    Request.Builder post =
        new Request.Builder()
            .url(url)
            .header("Accept", "text/event-stream, application/json, */*")
            .header("Accept-Encoding", "identity")
            .post(RequestBody.create(input, JSON))
            .tag(FalHost.class, host)
            .tag(FalCall.class, call)
            .tag(CallReader.class, reader);
    settings.headers().addTo(post);
    headers.forEach(post::header);
    Request request = settings.credentials().authorize(post).build();
    call.start(client.newCall(request), reader);
    return call;
  }

  private static Response prepareBody(Interceptor.Chain chain) throws IOException {
    CallReader reader = chain.request().tag(CallReader.class);
    return reader.prepareBody(chain.proceed(chain.request()));
  }

  /** The query of a URL may hold secrets, such as a webhook, which fal may repeat in an error. */
  private FailureClassifier classifierFor(HttpUrl url) {
    if (url.query() == null) {
      return failures;
    }
    QuerySecrets query = QuerySecrets.of(url);
    return FailureClassifier.forInput(text -> query.scrub(settings.credentials().scrub(text)));
  }
}
