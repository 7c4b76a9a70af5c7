// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.security;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.cluster.process.Jdks;
import io.falconnect.cluster.worker.ConnectWorker;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Collects all text that a worker shows, and searches it for secrets. */
final class SecretSearch {
  /** How many characters of a secret are searched for: a part of it must not appear either. */
  private static final int TELLING = 14;

  private final SecretiveWorker worker;
  private final Map<String, String> texts = new LinkedHashMap<>();

  SecretSearch(SecretiveWorker worker) {
    this.worker = worker;
    for (String path : List.of("/connectors?expand=info&expand=status", "/connector-plugins")) {
      texts.put(path, get(path));
    }
  }

  /** Adds all that the worker shows of a connector. */
  void add(TestedConnector trial) {
    for (String what :
        List.of("", "/config", "/status", "/offsets", "/tasks", "/tasks/0/status", "/topics")) {
      String path = "/connectors/" + trial.name + what;
      texts.put(path, get(path));
    }
    texts.put("validation of " + trial.name, trial.validate().answer().toString());
    trial.topics().forEach(this::addTopic);
  }

  void addAll(Map<String, String> more) {
    texts.putAll(more);
  }

  private void addTopic(String topic) {
    texts.put("topic " + topic, format(worker.cluster.topics().readAll(topic)));
  }

  /** Asserts that no secret is in the collected text or in what the worker shows of itself. */
  void assertClean() {
    for (String topic : List.of("-configs", "-offsets", "-status")) {
      addTopic(SecretiveWorker.GROUP + topic);
    }
    ConnectWorker process = worker.cluster.worker();
    texts.put("thread dump", process.takeThreadDump());
    if (Jdks.workerJdk().feature() >= 21) {
      texts.put("dump of all threads", process.takeVirtualThreadDump());
    }
    texts.put("JMX", JmxBeans.readAll(SecretiveWorker.JMX));
    texts.put("log", process.log());
    assertThat(texts.get("JMX")).contains("kafka.connect:type=plugins", "kafka.producer");
    assertThat(texts.get("thread dump")).contains("fal-");
    assertThat(texts.get("log"))
        .contains(" TRACE ", " DEBUG ", "io.falconnect", "okhttp3", "[hidden]");
    texts.forEach(this::assertClean);
  }

  private void assertClean(String place, String text) {
    worker.telling().forEach(s -> assertClean(place, text, s.substring(0, TELLING)));
    assertClean(place, text, "simulated-token");
    String proxy = "fal:" + worker.secrets.get("proxy");
    assertClean(place, text, Base64.getEncoder().encodeToString(proxy.getBytes(UTF_8)));
  }

  private static void assertClean(String place, String text, String secret) {
    int at = text.indexOf(secret);
    String around =
        at < 0 ? "" : text.substring(Math.max(0, at - 300), Math.min(text.length(), at + 100));
    assertThat(around).as("what tells " + secret + " in " + place).isEmpty();
  }

  private String get(String path) {
    return worker.cluster.rest().request("GET", path, null).toString();
  }

  private static String format(List<ConsumerRecord<String, String>> records) {
    StringBuilder text = new StringBuilder();
    for (ConsumerRecord<String, String> record : records) {
      text.append(record.key()).append(" = ").append(record.value());
      record
          .headers()
          .forEach(
              header -> {
                byte[] value = header.value() == null ? new byte[0] : header.value();
                text.append(' ').append(header.key()).append('=').append(new String(value, UTF_8));
              });
      text.append('\n');
    }
    return text.toString();
  }
}
