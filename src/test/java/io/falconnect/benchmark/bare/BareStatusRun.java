// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.bare;

import com.fasterxml.jackson.databind.JsonNode;
import io.falconnect.benchmark.source.StatusLoad;
import io.falconnect.benchmark.source.StatusRun;
import io.falconnect.fal.http.FalCredentials;
import io.falconnect.fal.http.FalHttp;
import io.falconnect.fal.http.FalSettings;
import io.falconnect.fal.queue.MalformedStatusException;
import io.falconnect.fal.queue.StatusUpdate;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.sse.EventSource;
import okhttp3.sse.EventSourceListener;
import okhttp3.sse.EventSources;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** One run of the bare loop. */
final class BareStatusRun {
  /** As many as the connector opens at once. */
  private static final int OPENINGS = 32;

  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final StatusRun run;
  private final String topic;
  private final String resultTopic;
  private final boolean produce;
  private final Producer<String, byte[]> producer;
  private final Semaphore openings = new Semaphore(OPENINGS);
  private final CountDownLatch left;
  private final AtomicLong events = new AtomicLong();
  private final AtomicInteger failures = new AtomicInteger();
  private OkHttpClient client;
  private volatile long windowBegan;
  private volatile long windowEnded;

  BareStatusRun(JsonNode command, Producer<String, byte[]> producer) {
    StatusLoad shape =
        new StatusLoad(command.path("streams").asInt(), command.path("events").asInt(), 0);
    this.run =
        new StatusRun(
            command.path("id").asText(),
            shape,
            command.path("queue").asText(),
            command.path("raw").asBoolean(),
            !command.path("results").asText().isEmpty(),
            0);
    this.resultTopic = command.path("results").asText();
    this.topic = command.path("topic").asText();
    this.produce = command.path("produce").asBoolean();
    this.producer = producer;
    this.left = new CountDownLatch(shape.streams());
  }

  /** Opens all streams, waits until all have ended, and returns the figures. */
  Map<String, Object> play() throws InterruptedException {
    FalSettings settings =
        new FalSettings(
            FalCredentials.NONE,
            HttpUrl.get(run.queueUrl()),
            HttpUrl.get(run.queueUrl()),
            HttpUrl.get(run.queueUrl()),
            Duration.ofSeconds(10),
            Duration.ofSeconds(60),
            null,
            null);
    try (FalHttp http = new FalHttp(settings, "bare", run.shape().streams())) {
      client = http.client();
      EventSource.Factory sources = EventSources.createFactory(http.client());
      for (int i = 0; i < run.shape().streams(); i++) {
        openings.acquire();
        String id = run.requestId(i);
        sources.newEventSource(newRequest(id), new Stream(id));
      }
      boolean complete = left.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
      producer.flush();
      double rate = 0.6 * run.shape().totalEvents() * 1e9 / Math.max(1, windowEnded - windowBegan);
      return Map.of(
          "events",
          events.get(),
          "failures",
          failures.get() + (complete ? 0 : left.getCount()),
          "rate",
          rate);
    }
  }

  private Request newRequest(String id) {
    return new Request.Builder()
        .url(run.queueUrl() + "/" + StatusRun.APP + "/requests/" + id + "/status/stream")
        .header("Accept", "text/event-stream")
        .header("Accept-Encoding", "identity")
        .build();
  }

  private void countEvent() {
    long count = events.incrementAndGet();
    if (count == run.shape().totalEvents() / 5) {
      windowBegan = System.nanoTime();
    } else if (count == run.shape().totalEvents() / 5 * 4) {
      windowEnded = System.nanoTime();
    }
  }

  private final class Stream extends EventSourceListener {
    private final String id;
    private final AtomicBoolean opening = new AtomicBoolean(true);
    private long sequence;

    Stream(String id) {
      this.id = id;
    }

    @Override
    public void onOpen(EventSource source, Response response) {
      releasePermit();
    }

    @Override
    public void onEvent(EventSource source, String eventId, String type, String data) {
      countEvent();
      if (produce) {
        try {
          long now = System.currentTimeMillis();
          byte[] value =
              BareStatusRecord.serialize(StatusUpdate.parse(data), id, sequence++, run.raw(), now);
          producer.send(new ProducerRecord<>(topic, null, now, id, value));
        } catch (IOException | MalformedStatusException e) {
          failures.incrementAndGet();
        }
      }
    }

    @Override
    public void onClosed(EventSource source) {
      if (run.results()) {
        produceResult();
      }
      left.countDown();
    }

    private void produceResult() {
      String url = run.queueUrl() + "/" + StatusRun.APP + "/requests/" + id;
      try (Response response = client.newCall(new Request.Builder().url(url).build()).execute()) {
        byte[] value = BareStatusRecord.serializeResult(id, response.code(), response.body());
        producer.send(new ProducerRecord<>(resultTopic, id, value));
      } catch (IOException e) {
        failures.incrementAndGet();
      }
    }

    @Override
    public void onFailure(EventSource source, Throwable cause, Response response) {
      failures.incrementAndGet();
      releasePermit();
      left.countDown();
    }

    private void releasePermit() {
      if (opening.compareAndSet(true, false)) {
        openings.release();
      }
    }
  }
}
