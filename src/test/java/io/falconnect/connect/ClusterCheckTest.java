// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What does not speak Kafka's protocol is named for what it is, before a client asks it. */
class ClusterCheckTest {
  private static final ClientKeys KEYS = new ClientKeys("x.client.", "x.bootstrap.servers");
  private static final Duration LIMIT = Duration.ofSeconds(12);

  private static FalSimulator plain;
  private static FalSimulator secure;

  @BeforeAll
  static void start() {
    plain = FalSimulator.start();
    secure = FalSimulator.start(SimulatorConfig.builder().tls(true).build());
  }

  @AfterAll
  static void stop() {
    plain.close();
    secure.close();
  }

  /** Answers the first bytes of each connection with what it is told to, then closes it. */
  private record Answering(ServerSocket socket) implements AutoCloseable {
    static Answering with(UnaryOperator<byte[]> answers) throws IOException {
      ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      Thread thread = new Thread(() -> serve(socket, answers), "answering");
      thread.setDaemon(true);
      thread.start();
      return new Answering(socket);
    }

    private static void serve(ServerSocket socket, UnaryOperator<byte[]> answers) {
      while (!socket.isClosed()) {
        try (Socket client = socket.accept()) {
          byte[] asked = new byte[64];
          int length = Math.max(0, client.getInputStream().read(asked));
          client.getOutputStream().write(answers.apply(Arrays.copyOf(asked, length)));
        } catch (IOException e) {
          // The client has closed the connection, or the test has ended.
        }
      }
    }

    String address() {
      return "127.0.0.1:" + socket.getLocalPort();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }

  private static String addressOf(FalSimulator fal) {
    return URI.create(fal.queueUrl()).getAuthority();
  }

  private static Optional<String> problem(String servers, String... settings) {
    Map<String, Object> given = new HashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      given.put(settings[i], settings[i + 1]);
    }
    long begin = System.nanoTime();
    Optional<String> problem =
        new ClusterCheck(KEYS, List.of(servers.split(",")), given).findProblem();
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(LIMIT);
    return problem;
  }

  private static String[] trusting(FalSimulator fal) {
    return new String[] {
      "security.protocol",
      "SSL",
      "ssl.truststore.location",
      fal.trustStore().toString(),
      "ssl.truststore.type",
      "PKCS12",
      "ssl.truststore.password",
      fal.trustStorePassword()
    };
  }

  @Test
  void tlsIsNamedWhereItIsNotConfigured() {
    assertThat(problem(addressOf(secure)))
        .contains(
            addressOf(secure) + " speaks TLS: set x.client.security.protocol to SSL or SASL_SSL");
  }

  @Test
  void anHttpServerIsNamed() throws IOException {
    assertThat(problem(addressOf(plain)).orElseThrow()).contains("is an HTTP server");
    HttpServer another = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    another.start();
    try {
      String address = "127.0.0.1:" + another.getAddress().getPort();
      assertThat(problem(address).orElseThrow()).contains("is an HTTP server");
      assertThat(problem(address, "security.protocol", "SSL").orElseThrow())
          .contains("is an HTTP server");
    } finally {
      another.stop(0);
    }
  }

  @Test
  void anHttpsServerIsNamed() {
    assertThat(problem(addressOf(secure), trusting(secure)).orElseThrow()).contains("is an HTTP");
  }

  @Test
  void aServerOfAnotherProtocolIsNamed() throws IOException {
    try (Answering ssh =
        Answering.with(asked -> "SSH-2.0-OpenSSH_9\r\n".getBytes(StandardCharsets.US_ASCII))) {
      assertThat(problem(ssh.address()).orElseThrow()).contains("is not a Kafka broker");
    }
  }

  @Test
  void aBrokerIsRight() throws IOException {
    try (Answering broker = Answering.with(ClusterCheckTest::answerAsBroker)) {
      assertThat(problem(broker.address())).isEmpty();
      assertThat(problem(broker.address() + ",127.0.0.1:1")).isEmpty();
      assertThat(problem("PLAINTEXT://" + broker.address())).isEmpty();
      assertThat(problem(broker.address(), "security.protocol", "SSL").orElseThrow())
          .contains("does not speak TLS, which x.client.security.protocol asks for");
    }
  }

  /** The size of the answer, and the number of the request. */
  private static byte[] answerAsBroker(byte[] asked) {
    if (asked.length < 12 || asked[0] != 0) {
      return new byte[0];
    }
    byte[] answer = new byte[16];
    answer[3] = 12;
    System.arraycopy(asked, 8, answer, 4, 4);
    return answer;
  }

  @Test
  void aServerThatSaysNothingMayBeABroker() throws IOException {
    try (Answering silent = Answering.with(asked -> new byte[0])) {
      assertThat(problem(silent.address())).isEmpty();
    }
  }

  @Test
  void addressesThatCannotBeReachedAreNamed() {
    assertThat(problem("127.0.0.1:1").orElseThrow()).startsWith("127.0.0.1:1: ");
    assertThat(problem("no-such-host.invalid:9092").orElseThrow())
        .contains("the host of no-such-host.invalid:9092 cannot be resolved");
  }

  @Test
  void aBrokerThatIsAwayMayComeBack() {
    String http = addressOf(plain);
    List<String> servers = List.of("127.0.0.1:1", http);
    assertThat(new ClusterCheck(KEYS, List.of("127.0.0.1:1"), Map.of()).findWrongServers())
        .isEmpty();
    assertThat(new ClusterCheck(KEYS, servers, Map.of()).findWrongServers())
        .contains(http + " is an HTTP server, not a Kafka broker");
  }

  @Test
  void aClientThatDoesNotComeBackOrThrowsAnErrorIsSaid() throws IOException {
    try (Answering broker = Answering.with(ClusterCheckTest::answerAsBroker)) {
      ClusterCheck check = new ClusterCheck(KEYS, List.of(broker.address(), ""), Map.of());
      Finding error =
          check
              .run(
                  "no: ",
                  settings -> {
                    assertThat(settings)
                        .containsEntry("bootstrap.servers", List.of(broker.address()));
                    throw new OutOfMemoryError("as Kafka's client");
                  })
              .orElseThrow();
      assertThat(error.key()).isEqualTo("x.bootstrap.servers");
      assertThat(error.message()).isEqualTo("no: the answer is none of a Kafka broker's");
      assertThat(check.run("no: ", settings -> Optional.empty())).isEmpty();
    }
  }
}
