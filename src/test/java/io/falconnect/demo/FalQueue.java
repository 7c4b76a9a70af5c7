// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** Submits requests, as the application of whoever uses the connector does. */
final class FalQueue implements AutoCloseable {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final int SHOWN = 300;

  private final String url;
  private final String key;
  private final OkHttpClient http =
      new OkHttpClient.Builder()
          .callTimeout(Duration.ofSeconds(30))
          // A request that is sent twice is run twice.
          .retryOnConnectionFailure(false)
          .followRedirects(false)
          .build();

  FalQueue(String url, String key) {
    this.url = url;
    this.key = key;
  }

  Submission submit(Order order) {
    Request request =
        new Request.Builder()
            .url(url + "/" + order.endpoint())
            .header("Authorization", "Key " + key)
            .post(RequestBody.create(order.input(), JSON))
            .build();
    try (Response response = http.newCall(request).execute()) {
      String body = response.body().string();
      if (!response.isSuccessful()) {
        throw new DemoException(
            "%s did not take a request to %s: HTTP %d %s"
                .formatted(url, order.endpoint(), response.code(), shortened(body)));
      }
      return new Submission(requestId(body), body);
    } catch (IOException e) {
      throw new DemoException("Cannot submit to " + url + ": " + e, e);
    }
  }

  @Override
  public void close() {
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }

  private String requestId(String body) throws JsonProcessingException {
    String id = new ObjectMapper().readTree(body).path("request_id").asText();
    if (id.isEmpty()) {
      throw new DemoException("No request_id in the answer of " + url + ": " + shortened(body));
    }
    return id;
  }

  private static String shortened(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }
}
