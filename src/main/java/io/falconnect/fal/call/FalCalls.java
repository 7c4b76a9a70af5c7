// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.call;

import io.falconnect.fal.failure.FailureClassifier;
import io.falconnect.fal.http.EventStreamReader;
import io.falconnect.fal.http.FalHttp;
import io.falconnect.fal.http.FalSettings;
import io.falconnect.fal.http.SignalReceiver;
import java.util.Map;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okio.ByteString;

/**
 * Posts inputs: to {@code …/stream} for progressive outputs, or to the queue. Posting returns at
 * once; what happens is told to the sink. An input is never posted twice by this class: running an
 * app costs money, and fal has no idempotency key.
 */
public final class FalCalls {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final int UNAVAILABLE = 503;
  private static final String LONGEST = "999999999";

  private final FalSettings settings;
  private final OkHttpClient client;
  private final SignalReceiver<CallSignal> sink;
  private final FailureClassifier failures;

  /** Calls over that client's threads and connections. */
  public FalCalls(FalSettings settings, FalHttp http, SignalReceiver<CallSignal> sink) {
    this.settings = settings;
    this.client =
        http.client()
            .newBuilder()
            .retryOnConnectionFailure(false)
            .readTimeout(settings.idleTimeout())
            .addInterceptor(
                chain -> chain.request().tag(FalCall.class).tapped(chain.proceed(chain.request())))
            .addInterceptor(StaleConnectionCheck::retryOnAnother)
            .addNetworkInterceptor(StaleConnectionCheck::rejectStale)
            .addNetworkInterceptor(chain -> notRepeated(chain.proceed(chain.request())))
            .eventListenerFactory(call -> call.request().tag(FalCall.class).listener())
            .build();
    this.sink = sink;
    this.failures = FailureClassifier.forInput(settings.credentials()::scrub);
  }

  /**
   * Posts an input.
   *
   * @param headers besides those of HTTP and the key
   * @param input JSON
   */
  public FalCall post(HttpUrl url, Map<String, String> headers, ByteString input) {
    FalCall call = new FalCall(sink, failures(url), settings.idleTimeout());
    Request.Builder post =
        new Request.Builder()
            .url(url)
            .header("Accept", "text/event-stream, application/json, */*")
            .header("Accept-Encoding", "identity")
            .post(RequestBody.create(input, JSON))
            .tag(FalCall.class, call);
    headers.forEach(post::header);
    Request request = settings.credentials().authorize(post).build();
    Call posted = client.newCall(request);
    call.attach(posted);
    EventStreamReader.read(posted, call);
    return call;
  }

  /**
   * Told to wait for no time at all, OkHttp would post again by itself; and it reads no time of
   * more digits than an {@code int} has.
   */
  private static Response notRepeated(Response response) {
    String wait = response.header("Retry-After");
    if (response.code() != UNAVAILABLE || wait == null) {
      return response;
    }
    if (wait.matches("0+")) {
      return response.newBuilder().removeHeader("Retry-After").build();
    }
    return wait.matches("[0-9]{10,}")
        ? response.newBuilder().header("Retry-After", LONGEST).build()
        : response;
  }

  private FailureClassifier failures(HttpUrl url) {
    if (url.query() == null) {
      return failures;
    }
    QuerySecrets query = QuerySecrets.of(url);
    return FailureClassifier.forInput(text -> query.scrub(settings.credentials().scrub(text)));
  }
}
