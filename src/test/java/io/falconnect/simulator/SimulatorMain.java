// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator;

import io.falconnect.simulator.http.Json;
import io.falconnect.simulator.queue.Script;
import io.falconnect.simulator.realtime.RealtimeApp;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * The simulator as a process of its own. Prints its URLs as one line of JSON and runs until
 * standard input ends or the process gets a signal.
 */
public final class SimulatorMain {
  private static final String USAGE =
      """
      --host HOST        listens there and names it in URLs (127.0.0.1)
      --port-base N      queue on N, run on N+1, rest on N+2 (any free ports)
      --tls              TLS with a certificate of its own, HTTP/2 offered
      --http1            no HTTP/2
      --key KEY          the API key everybody needs
      --script-ms N      a request completes N ms after it is submitted (1000)
      --events N         load: a request has N states, and unknown ids come to life on first sight
      --interval-ms N    load: a state lasts N ms (500)
      --adopt            unknown ids come to life on first sight
      --keepalive-ms N   pause between two comments on a stream (15000)
      --no-stamp         status events do not carry emitted_at
      --rate N           requests per second, more are answered 429
      --session-limit N  realtime sessions at a time
      --realtime-work-ms N  a realtime app works on an input for N ms (0)
      --realtime-buffer N   and lets N inputs wait (2)
      --max-concurrent-streams N  on one HTTP/2 connection (250)
      """;

  private SimulatorMain() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    SimulatorConfig config;
    try {
      config = readConfig(new CommandLineFlags(args));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n" + USAGE);
      System.exit(2);
      return;
    }
    try (FalSimulator simulator = FalSimulator.start(config)) {
      CountDownLatch told = new CountDownLatch(1);
      Runtime.getRuntime().addShutdownHook(new Thread(told::countDown));
      System.out.println(describeUrls(simulator));
      System.out.flush();
      Thread input = new Thread(() -> awaitInputEnd(told));
      input.setDaemon(true);
      input.start();
      told.await();
    }
  }

  private static String describeUrls(FalSimulator simulator) {
    return Json.text(
        Json.object()
            .put("queue", simulator.queueUrl())
            .put("run", simulator.runUrl())
            .put("rest", simulator.restUrl())
            .put("trust_store", simulator.trustStore() == null ? null : "" + simulator.trustStore())
            .put("trust_store_password", simulator.trustStorePassword())
            .put("pid", ProcessHandle.current().pid()));
  }

  private static void awaitInputEnd(CountDownLatch told) {
    try {
      System.in.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // A broken input counts as ended.
    } finally {
      told.countDown();
    }
  }

  private static SimulatorConfig readConfig(CommandLineFlags flags) {
    int events = flags.readNumber("--events", 0);
    Duration interval = Duration.ofMillis(flags.readNumber("--interval-ms", 500));
    Script script =
        events > 0
            ? Script.changing(events, interval)
            : Script.lasting(Duration.ofMillis(flags.readNumber("--script-ms", 1000)));
    RealtimeApp realtimeApp =
        RealtimeApp.builder()
            .work(Duration.ofMillis(flags.readNumber("--realtime-work-ms", 0)))
            .buffer(flags.readNumber("--realtime-buffer", 2))
            .build();
    SimulatorConfig config =
        SimulatorConfig.builder()
            .host(flags.readText("--host", "127.0.0.1"))
            .portBase(flags.readNumber("--port-base", 0))
            .tls(flags.readSwitch("--tls"))
            .http2(!flags.readSwitch("--http1"))
            .apiKey(flags.readText("--key"))
            .defaultScript(script)
            .adoptUnknown(flags.readSwitch("--adopt") || events > 0)
            .keepAlive(Duration.ofMillis(flags.readNumber("--keepalive-ms", 15_000)))
            .stampEvents(!flags.readSwitch("--no-stamp"))
            .requestsPerSecond(flags.readNumber("--rate", 0))
            .realtimeApp(realtimeApp)
            .realtimeSessionLimit(flags.readNumber("--session-limit", 0))
            .maxConcurrentStreams(flags.readNumber("--max-concurrent-streams", 250))
            .build();
    flags.requireNothingLeft();
    return config;
  }
}
