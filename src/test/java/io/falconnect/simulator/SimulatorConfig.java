// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator;

import io.falconnect.simulator.account.TokenShape;
import io.falconnect.simulator.queue.Script;
import io.falconnect.simulator.realtime.RealtimeApp;
import java.time.Duration;

/**
 * How a simulator is set up.
 *
 * @param host where it listens, and the host of its URLs
 * @param queuePort 0 for any free one, as for the other ports
 * @param http2 offered by ALPN where TLS is on
 * @param maxConcurrentStreams on one HTTP/2 connection
 * @param apiKey null if no key is needed
 * @param defaultScript the script of submitted requests, and of unknown requests where they are
 *     adopted
 * @param adoptUnknown unknown request ids become requests on first use, instead of 404
 * @param keepAlive the pause between two comments on a stream
 * @param stampEvents status events carry {@code emitted_at}, epoch milliseconds with a fraction
 * @param realtimeApp the behaviour of apps that were not registered
 * @param realtimeSessionLimit how many sessions may be open at a time, 0 for no limit
 * @param requestsPerSecond more are answered 429 with {@code Retry-After}; 0 for no limit
 */
public record SimulatorConfig(
    String host,
    int queuePort,
    int runPort,
    int restPort,
    boolean tls,
    boolean http2,
    int maxConcurrentStreams,
    String apiKey,
    Script defaultScript,
    boolean adoptUnknown,
    Duration keepAlive,
    boolean stampEvents,
    TokenShape tokenShape,
    RealtimeApp realtimeApp,
    int realtimeSessionLimit,
    int requestsPerSecond) {

  /** Any ports of the loopback address, no TLS, no key, requests that complete within a moment. */
  public static SimulatorConfig defaults() {
    return new Builder().build();
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Starts from the defaults. */
  public static final class Builder {
    private String host = "127.0.0.1";
    private int portBase;
    private boolean tls;
    private boolean http2 = true;
    private int maxConcurrentStreams = 250;
    private String apiKey;
    private Script defaultScript = Script.lasting(Duration.ofMillis(100));
    private boolean adoptUnknown;
    private Duration keepAlive = Duration.ofSeconds(15);
    private boolean stampEvents;
    private TokenShape tokenShape = TokenShape.STRING;
    private RealtimeApp realtimeApp = RealtimeApp.builder().build();
    private int realtimeSessionLimit;
    private int requestsPerSecond;

    private Builder() {}

    /** An address or a name of this machine; in a container the name of its service. */
    public Builder host(String name) {
      host = name;
      return this;
    }

    /** Queue here, run one above, rest two above; 0 for any free ports. */
    public Builder portBase(int port) {
      portBase = port;
      return this;
    }

    public Builder tls(boolean on) {
      tls = on;
      return this;
    }

    public Builder http2(boolean on) {
      http2 = on;
      return this;
    }

    public Builder maxConcurrentStreams(int count) {
      maxConcurrentStreams = count;
      return this;
    }

    public Builder apiKey(String key) {
      apiKey = key;
      return this;
    }

    public Builder defaultScript(Script script) {
      defaultScript = script;
      return this;
    }

    public Builder adoptUnknown(boolean on) {
      adoptUnknown = on;
      return this;
    }

    public Builder keepAlive(Duration pause) {
      keepAlive = pause;
      return this;
    }

    public Builder stampEvents(boolean on) {
      stampEvents = on;
      return this;
    }

    public Builder tokenShape(TokenShape shape) {
      tokenShape = shape;
      return this;
    }

    public Builder realtimeApp(RealtimeApp app) {
      realtimeApp = app;
      return this;
    }

    public Builder realtimeSessionLimit(int count) {
      realtimeSessionLimit = count;
      return this;
    }

    public Builder requestsPerSecond(int count) {
      requestsPerSecond = count;
      return this;
    }

    public SimulatorConfig build() {
      return new SimulatorConfig(
          host,
          portBase,
          portBase == 0 ? 0 : portBase + 1,
          portBase == 0 ? 0 : portBase + 2,
          tls,
          http2,
          maxConcurrentStreams,
          apiKey,
          defaultScript,
          adoptUnknown,
          keepAlive,
          stampEvents,
          tokenShape,
          realtimeApp,
          realtimeSessionLimit,
          requestsPerSecond);
    }
  }
}
