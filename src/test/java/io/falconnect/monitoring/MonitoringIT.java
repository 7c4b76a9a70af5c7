// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.falconnect.cluster.KafkaCluster;
import io.falconnect.cluster.SharedCluster;
import io.falconnect.cluster.client.SampleConnector;
import io.falconnect.cluster.process.Ports;
import io.falconnect.cluster.worker.WorkerOptions;
import io.falconnect.simulator.FalSimulator;
import io.falconnect.simulator.SimulatorConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

/**
 * The rules, the alerts and the dashboard of {@code config/monitoring}, with a worker that the
 * exporter is an agent of and that runs every sink and the source, posted as the containers' are.
 */
class MonitoringIT {
  private static final Duration LIMIT = Duration.ofSeconds(120);
  private static final Path FOLDER = Path.of("config/monitoring").toAbsolutePath();
  private static final Path AGENT =
      Path.of("target/monitoring/jmx_prometheus_javaagent.jar").toAbsolutePath();
  private static final String KEY = "simulated";
  private static final String FAILING = "a failing one";
  private static final String DESERTED = "deserted";
  private static final int PROMPTS = 2;

  private static FalSimulator fal;
  private static KafkaCluster cluster;
  private static Scrape scrape;

  @BeforeAll
  static void start() throws Exception {
    fal = FalSimulator.start(SimulatorConfig.builder().apiKey(KEY).build());
    int port = Ports.findFree();
    cluster = KafkaCluster.start(SharedCluster.broker(), options(port), 1);
    List.of(
            "prompts",
            "prompts.failed",
            "fal.requests",
            "fal.status",
            "fal.results",
            "failing",
            DESERTED)
        .forEach(topic -> cluster.topics().create(topic, 1));
    List.of("fal.realtime.inputs", "fal.realtime.results", "fal.stream.results")
        .forEach(topic -> cluster.topics().create(topic, 1));
    run(
        List.of("sh", "docker/start-pipeline.sh"),
        List.of("fal-queue-sink", "fal-status-source", "fal-realtime-sink", "fal-stream-sink"));
    failOne();
    desertOne();
    for (int i = 0; i < PROMPTS; i++) {
      cluster.topics().produce("prompts", "p" + i, "{\"prompt\":\"a lighthouse\"}");
    }
    cluster.topics().produce("prompts", "p", "no JSON");
    cluster.topics().produce("fal.realtime.inputs", "i", "{\"prompt\":\"a lighthouse\"}");
    cluster.topics().awaitRecords("fal.results", PROMPTS);
    cluster.topics().awaitRecords("fal.stream.results", PROMPTS);
    cluster.topics().awaitRecords("fal.realtime.results", 1);
    await().atMost(LIMIT).untilAsserted(() -> complete(scrape = Scrape.of(port)));
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
    fal.close();
  }

  @ParameterizedTest
  @MethodSource("expressions")
  void everyMetricThatAnExpressionReadsIsThere(String expression) {
    List<Selector> read = Selector.all(expression);
    assertThat(expression.contains("up{") || !read.isEmpty()).isTrue();
    assertThat(read)
        .allSatisfy(selector -> assertThat(scrape.find(selector)).as("%s", selector).isNotEmpty());
  }

  @Test
  void valuesAreThoseOfTheirTasks() {
    assertThat(scrape.of("fal-status-source")).contains("outcome=SUCCEEDED", "cause=connection");
    assertThat(tasks("fal-queue-sink", "running")).isEqualTo(2);
    assertThat(
            scrape.sum("kafka_connect_sink_task_partition_count{connector=\"fal-realtime-sink\"}"))
        .isEqualTo(1);
  }

  @Test
  void aConnectorThatHasFailedIsToldApartFromItsTasks() {
    assertThat(status(DESERTED, "failed")).isOne();
    assertThat(tasks(DESERTED, "failed")).isZero();
    assertThat(tasks(DESERTED, "running")).isOne();
    assertThat(status(FAILING, "running")).isOne();
    assertThat(status(FAILING, "failed")).isZero();
  }

  /** Connect's own count, as {@link #complete} has seen it, is all that tells of it. */
  @Test
  void whatAConverterRefusesIsCountedByConnectAlone() {
    String sink = "{connector=\"fal-queue-sink\"}";
    assertThat(scrape.sum("fal_connect_inputs_total" + sink)).isEqualTo(PROMPTS);
    assertThat(scrape.sum("fal_connect_failed_inputs_total" + sink)).isZero();
    assertThat(scrape.sum("fal_connect_dead_letters_total" + sink)).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "check config config/monitoring/prometheus.yml",
        "check rules config/monitoring/alerts.yml",
        "test rules src/test/monitoring/alerts-test.yml"
      })
  void promtoolFindsNothingWrong(String command) throws Exception {
    assumeTrue(onPath("promtool"), "promtool, of Prometheus, is not installed");
    run(List.of("promtool"), List.of(command.split(" ")));
  }

  @Test
  void everyAlertHasATestAndADescription() throws IOException {
    String tests = Files.readString(Path.of("src/test/monitoring/alerts-test.yml"));
    String page = Files.readString(Path.of("docs/monitoring.md"));
    assertThat(alerts().map(alert -> alert.get("alert").toString()))
        .isNotEmpty()
        .allSatisfy(
            name -> {
              assertThat(tests).contains("name: " + name + " fires", "name: " + name + " is quiet");
              assertThat(page).contains("`" + name + "`");
            });
  }

  static Stream<String> expressions() throws IOException {
    JsonNode dashboard =
        new ObjectMapper().readTree(FOLDER.resolve("grafana-dashboard.json").toFile());
    List<String> variables = dashboard.path("templating").findValuesAsText("definition");
    assertThat(variables).isNotEmpty();
    return Stream.of(
            dashboard.findValuesAsText("expr").stream(),
            variables.stream(),
            alerts().map(alert -> alert.get("expr").toString()))
        .flatMap(expressions -> expressions);
  }

  private static Stream<Map<String, Object>> alerts() throws IOException {
    Map<String, List<Map<String, List<Map<String, Object>>>>> file =
        new Yaml().load(Files.readString(FOLDER.resolve("alerts.yml")));
    return file.get("groups").stream().flatMap(group -> group.get("rules").stream());
  }

  private static WorkerOptions options(int port) {
    String agent =
        "-javaagent:%s=127.0.0.1:%d:%s".formatted(AGENT, port, FOLDER.resolve("jmx-exporter.yml"));
    return WorkerOptions.defaults()
        .groupId("monitoring")
        .jvmArgs("-Xms256m", "-Xmx768m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", agent)
        .environment("FAL_KEY", KEY)
        .environment("FAL_QUEUE_URL", fal.queueUrl())
        .environment("FAL_RUN_URL", fal.runUrl())
        .environment("FAL_REST_URL", fal.restUrl());
  }

  /** Its control record cannot be understood, and errors are not tolerated. */
  private static void failOne() {
    cluster.topics().produce("failing", "k", "no JSON");
    cluster.rest().request("POST", "/connectors", sample("failing").withName(FAILING).json());
    cluster.rest().awaitFailed("a%20failing%20one");
  }

  /** Its control topic goes away: the connector itself fails, and its task does not. */
  private static void desertOne() {
    sample(DESERTED).with("control.refresh.interval.ms", "500").post(cluster.rest());
    cluster.topics().delete(DESERTED);
    cluster.rest().awaitFailed(DESERTED);
  }

  private static SampleConnector sample(String control) {
    return SampleConnector.load("fal-status-source.json")
        .withName(control)
        .withBootstrap(cluster.bootstrap())
        .with("control.topic", control)
        .with("fal.queue.url", fal.queueUrl())
        .with("fal.api.key", KEY);
  }

  /** Gauges are taken now and then: what is told in the end is what was done. */
  private static void complete(Scrape told) {
    String source = "{connector=\"fal-status-source\"";
    assertThat(told.sum("fal_connect_outcomes_total" + source + ",outcome=\"SUCCEEDED\"}"))
        .isEqualTo(PROMPTS);
    assertThat(told.sum("fal_connect_results_total" + source + "}")).isEqualTo(PROMPTS);
    assertThat(told.sum("fal_connect_inputs_total{connector=\"fal-queue-sink\"}"))
        .isEqualTo(PROMPTS);
    assertThat(told.sum("fal_connect_results_total{connector=\"fal-realtime-sink\"}")).isOne();
    assertThat(tasks(FAILING, "failed")).isOne();
    assertThat(status(DESERTED, "failed")).isOne();
    assertThat(errors("total_records_skipped")).isOne();
    assertThat(errors("deadletterqueue_produce_requests")).isOne();
  }

  private static double errors(String metric) {
    return scrape.sum("kafka_connect_task_error_" + metric + "{connector=\"fal-queue-sink\"}");
  }

  private static double tasks(String connector, String state) {
    String selector = "kafka_connect_tasks{connector=\"%s\",state=\"%s\"}";
    return scrape.sum(selector.formatted(connector, state));
  }

  private static double status(String connector, String status) {
    String selector = "kafka_connect_connector_status{connector=\"%s\",status=\"%s\"}";
    return scrape.sum(selector.formatted(connector, status));
  }

  private static void run(List<String> program, List<String> args) throws Exception {
    Path output = Files.createTempFile("monitoring-", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(Stream.concat(program.stream(), args.stream()).toList())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().put("CONNECT_URL", cluster.worker().url());
    builder.environment().put("BOOTSTRAP_SERVERS", cluster.bootstrap());
    Process process = builder.start();
    boolean ended = process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
    process.destroyForcibly();
    String said = Files.readString(output);
    Files.delete(output);
    assertThat(ended).as("%s ended in time: %s", program, said).isTrue();
    assertThat(process.exitValue()).as("%s %s: %s", program, args, said).isZero();
  }

  private static boolean onPath(String program) {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
