// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.realtime;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.falconnect.fal.EndpointId;
import io.falconnect.fal.http.FalCredentials;
import io.falconnect.fal.http.FalHttp;
import io.falconnect.fal.http.FalSettings;
import io.falconnect.fal.http.PlatformHeaders;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import okhttp3.Dispatcher;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okio.ByteString;

/** Sessions of one app of a simulated fal. */
final class RealtimeScene implements AutoCloseable {
  static final String APP = "fal-ai/fast-sdxl";
  static final String KEY = "not-a-real-key";
  static final Duration TOKEN_LIFE = Duration.ofSeconds(120);

  private static final ObjectMapper JSON = new ObjectMapper();

  final FalSimulator fal;
  final List<FalHttp> clients = new ArrayList<>();
  RealtimeEncoding encoding = RealtimeEncoding.JSON;
  Optional<Duration> tokenLife = Optional.of(TOKEN_LIFE);
  List<FramePattern> ignored = List.of();
  OptionalInt maxBuffering = OptionalInt.empty();
  String key = KEY;
  PlatformHeaders headers = PlatformHeaders.NONE;
  boolean firstHostsRefuse;
  Duration connectTimeout = Duration.ofSeconds(10);
  Duration idleTimeout = Duration.ofSeconds(60);

  RealtimeScene() {
    this(FalSimulator.start(SimulatorConfig.builder().apiKey(KEY).build()));
  }

  RealtimeScene(FalSimulator fal) {
    this.fal = fal;
  }

  RealtimeSessions sessions(RealtimeRecorder sink) {
    return sessions(APP, "/realtime", sink);
  }

  RealtimeSessions sessions(String endpoint, String path, RealtimeRecorder sink) {
    RealtimeTarget target =
        new RealtimeTarget(EndpointId.parse(endpoint), path, maxBuffering, tokenLife, ignored);
    FalHttp http = http();
    return new RealtimeSessions(settings(), http, target, sink);
  }

  FalHttp http() {
    FalHttp http = new FalHttp(settings(), "realtime-test", 10);
    clients.add(http);
    return http;
  }

  /** The client, but that it has no thread for anything. */
  OkHttpClient withoutThreads() {
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            0,
            1,
            1,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> {
              throw new InternalError("no thread");
            });
    return http().client().newBuilder().dispatcher(new Dispatcher(threads)).build();
  }

  FalSettings settings() {
    return new FalSettings(
        FalCredentials.ofKey(key),
        hosts(fal.queueUrl()),
        hosts(fal.runUrl()),
        hosts(fal.restUrl()),
        headers,
        connectTimeout,
        idleTimeout,
        null,
        null);
  }

  private List<HttpUrl> hosts(String url) {
    return firstHostsRefuse
        ? List.of(HttpUrl.get("http://127.0.0.1:1"), HttpUrl.get(url))
        : List.of(HttpUrl.get(url));
  }

  /** A session that is open. */
  RealtimeSession open(RealtimeRecorder sink) {
    RealtimeSession session = sessions(sink).open(encoding);
    sink.awaitCount(RealtimeSignal.Opened.class, 1);
    return session;
  }

  ByteString input(String json) throws Exception {
    return RealtimeFrames.encode(JSON.readTree(json), encoding);
  }

  @Override
  public void close() {
    clients.forEach(FalHttp::close);
    fal.close();
  }
}
