// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.cluster.process.BuildOutput;
import io.falconnect.cluster.process.JavaProcess;
import io.falconnect.cluster.process.Jdks;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** Memory does not grow with the number of streams that have a large event for a slow reader. */
class SmallHeapIT {
  private static final int STREAMS = 600;
  private static final int EVENT_BYTES = 1024 * 1024;
  private static final Duration LIMIT = Duration.ofSeconds(120);

  @Test
  void largeEventsOfManyStreamsFitIntoASmallHeap() throws IOException {
    ExecutorService threads = Executors.newCachedThreadPool();
    try (ServerSocket server = new ServerSocket(0, STREAMS, InetAddress.getLoopbackAddress())) {
      threads.execute(() -> acceptAll(server, threads));
      JavaProcess reader = startReader("http://127.0.0.1:" + server.getLocalPort());
      int exit = reader.awaitExit(LIMIT);
      assertThat(exit).as(reader.output()).isZero();
      assertThat(reader.output()).contains("took all").doesNotContain("OutOfMemoryError");
    } finally {
      threads.shutdownNow();
    }
  }

  private static JavaProcess startReader(String url) {
    Path target = Path.of("target").toAbsolutePath();
    String classPath =
        String.join(
            File.pathSeparator,
            target.resolve("test-classes").toString(),
            target.resolve("classes").toString(),
            BuildOutput.toolsClassPath());
    return JavaProcess.start(
        new JavaProcess.Command(
            "small-heap",
            Jdks.workerJdk(),
            List.of("-Xmx192m", "-XX:+UseSerialGC"),
            classPath,
            "io.falconnect.source.SmallHeapMain",
            List.of(url, Integer.toString(STREAMS)),
            Map.of(),
            BuildOutput.newFolder("small-heap").resolve("small-heap.log")));
  }

  private static void acceptAll(ServerSocket server, ExecutorService threads) {
    byte[] event =
        ("data: {\"status\":\"IN_PROGRESS\",\"logs\":\"" + "x".repeat(EVENT_BYTES) + "\"}\n\n")
            .getBytes(US_ASCII);
    try {
      while (true) {
        Socket socket = server.accept();
        threads.execute(() -> answer(socket, event));
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  /** Sends one event, and leaves the stream open until the reader closes it. */
  private static void answer(Socket socket, byte[] event) {
    try (socket;
        BufferedReader request =
            new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
        OutputStream out = socket.getOutputStream()) {
      while (!request.readLine().isEmpty()) {
        // A header of the request.
      }
      out.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n".getBytes(US_ASCII));
      out.write(event);
      out.flush();
      request.readLine();
    } catch (IOException e) {
      // The reader has ended.
    }
  }
}
