// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.EventListener;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Asks the server at a base URL something that only fal answers so: about a request that does not
 * exist. Sends no key, and nothing that fal would work on. Safe for any thread.
 */
public final class ServerCheck {
  private static final String NO_APP = "fal-ai/connection-check";
  private static final int MAX_BODY = 4096;

  private final FalHttp http;

  public ServerCheck(FalHttp http) {
    this.http = http;
  }

  /**
   * Asks, at the queue in two ways at most. Blocks, longer than the limit only while a name server
   * is asked.
   *
   * @param host which of fal's hosts should be there; its spare hosts do as well
   * @param base its base URL
   * @param limit for one question
   * @throws IOException if no connection could be made within the limit
   */
  public ServerVerdict check(FalHost host, HttpUrl base, Duration limit) throws IOException {
    ServerVerdict last = null;
    for (String path : pathsOf(host)) {
      ServerVerdict verdict = ask(host, base, path, limit);
      if (verdict.isFal()) {
        return verdict;
      }
      last = last == null || last.isOther() ? verdict : last;
    }
    return last;
  }

  private static List<String> pathsOf(FalHost host) {
    String status = NO_APP + "/requests/" + UUID.randomUUID() + "/status";
    return host == FalHost.QUEUE ? List.of(status, status + "/stream") : List.of(NO_APP, NO_APP);
  }

  private ServerVerdict ask(FalHost host, HttpUrl base, String path, Duration limit)
      throws IOException {
    AtomicBoolean connected = new AtomicBoolean();
    EventListener listener =
        new EventListener() {
          @Override
          public void connectionAcquired(Call call, Connection connection) {
            connected.set(true);
          }
        };
    OkHttpClient client =
        http.client().newBuilder().callTimeout(limit).eventListener(listener).build();
    HttpUrl url = base.newBuilder().addPathSegments(path).build();
    Request request = new Request.Builder().url(url).tag(FalHost.class, host).build();
    try (Response response = client.newCall(request).execute()) {
      return ServerVerdict.judge(host, response.code(), response.headers(), read(response));
    } catch (InterruptedIOException e) {
      if (!connected.get()) {
        throw e;
      }
      return ServerVerdict.unsure("no answer in " + limit.toMillis() + " ms");
    } catch (IOException e) {
      if (!connected.get()) {
        throw e;
      }
      return ServerVerdict.other("no HTTP: " + e.getMessage());
    }
  }

  /** The beginning of the body; of a stream nothing, because it may go on for long. */
  private static String read(Response response) {
    String type = String.valueOf(response.header("Content-Type"));
    if (type.startsWith("text/event-stream")) {
      return "";
    }
    try {
      return response.peekBody(MAX_BODY).string();
    } catch (IOException e) {
      return "";
    }
  }
}
