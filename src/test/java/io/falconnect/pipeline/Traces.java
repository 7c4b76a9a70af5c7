// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** The way back from what is known of a request to the prompt that it was made of. */
final class Traces {
  private static final String CONTROL = "fal.control.";
  private static final String INPUT = "fal.input.";

  private final Map<String, ConsumerRecord<String, String>> byPlace = new HashMap<>();

  /** Of these prompts and the requests that were made of them. */
  Traces(
      Collection<ConsumerRecord<String, String>> prompts,
      Collection<ConsumerRecord<String, String>> requests) {
    prompts.forEach(this::add);
    requests.forEach(this::add);
  }

  private void add(ConsumerRecord<String, String> record) {
    byPlace.put(place(record.topic(), "" + record.partition(), "" + record.offset()), record);
  }

  /** The prompt of a status or a result, by the request in between. */
  ConsumerRecord<String, String> promptOf(ConsumerRecord<String, String> told) {
    ConsumerRecord<String, String> request = origin(told, CONTROL);
    assertThat(request.key()).as("request of %s", told).isEqualTo(told.key());
    return promptOfRequest(request);
  }

  /** The prompt that a request was made of. */
  ConsumerRecord<String, String> promptOfRequest(ConsumerRecord<String, String> request) {
    ConsumerRecord<String, String> prompt = origin(request, INPUT);
    assertThat(header(request, INPUT + "key")).isEqualTo(prompt.key());
    assertThat(header(request, "fal.request_id")).isEqualTo(request.key());
    return prompt;
  }

  private ConsumerRecord<String, String> origin(
      ConsumerRecord<String, String> record, String prefix) {
    String place =
        place(
            header(record, prefix + "topic"),
            header(record, prefix + "partition"),
            header(record, prefix + "offset"));
    assertThat(byPlace).as("origin of %s", record).containsKey(place);
    return byPlace.get(place);
  }

  /** The keys of the prompts of these statuses or results. */
  List<String> keysOfPrompts(Collection<ConsumerRecord<String, String>> told) {
    return told.stream().map(this::promptOf).map(ConsumerRecord::key).toList();
  }

  static String header(ConsumerRecord<String, String> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null ? null : new String(header.value(), UTF_8);
  }

  private static String place(String topic, String partition, String offset) {
    return topic + "-" + partition + "@" + offset;
  }
}
