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

/** Where secrets could turn up, and the search there. */
final class Places {
  /** Less than a whole secret is too much already. */
  private static final int TELLING = 14;

  private final SecretiveWorker worker;
  private final Map<String, String> texts = new LinkedHashMap<>();

  Places(SecretiveWorker worker) {
    this.worker = worker;
    for (String path : List.of("/connectors?expand=info&expand=status", "/connector-plugins")) {
      texts.put(path, answer(path));
    }
  }

  /** What there is to be read of a connector. */
  void add(Trial trial) {
    for (String what :
        List.of("", "/config", "/status", "/offsets", "/tasks", "/tasks/0/status", "/topics")) {
      String path = "/connectors/" + trial.name + what;
      texts.put(path, answer(path));
    }
    texts.put("validation of " + trial.name, trial.validate().answer().toString());
    trial.topics().forEach(this::addTopic);
  }

  void addAll(Map<String, String> more) {
    texts.putAll(more);
  }

  private void addTopic(String topic) {
    texts.put("topic " + topic, text(worker.cluster.topics().readAll(topic)));
  }

  /** Looks into these, and into what there is of the worker as a whole. */
  void assertClean() {
    for (String topic : List.of("-configs", "-offsets", "-status")) {
      addTopic(SecretiveWorker.GROUP + topic);
    }
    ConnectWorker process = worker.cluster.worker();
    texts.put("thread dump", process.takeThreadDump());
    if (Jdks.workerJdk().feature() >= 21) {
      texts.put("dump of all threads", process.takeVirtualThreadDump());
    }
    texts.put("JMX", Beans.all(SecretiveWorker.JMX));
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

  private String answer(String path) {
    return worker.cluster.rest().request("GET", path, null).toString();
  }

  private static String text(List<ConsumerRecord<String, String>> records) {
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
