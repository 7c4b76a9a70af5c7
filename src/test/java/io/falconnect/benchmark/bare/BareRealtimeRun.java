// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.bare;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.falconnect.benchmark.realtime.RealtimeLoad;
import io.falconnect.benchmark.realtime.RealtimeRun;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.msgpack.jackson.dataformat.MessagePackFactory;

/**
 * One run of the bare realtime loop: the main thread reads inputs and sends them while the window
 * has room, the session's thread parses outputs and produces them. Outputs come in the order of
 * inputs.
 */
final class BareRealtimeRun extends WebSocketListener {
  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectMapper MSGPACK = new ObjectMapper(new MessagePackFactory());

  private final RealtimeRun run;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Producer<String, byte[]> producer;
  private final Semaphore room;
  private final CountDownLatch left;
  private final AtomicInteger failures = new AtomicInteger();
  private final Queue<ConsumerRecord<byte[], byte[]>> unanswered = new ConcurrentLinkedQueue<>();

  /** The consumer is closed when the run is over. */
  BareRealtimeRun(
      JsonNode command, KafkaConsumer<byte[], byte[]> consumer, Producer<String, byte[]> producer) {
    int inputs = command.path("inputs").asInt();
    int window = command.path("window").asInt();
    this.run =
        new RealtimeRun(
            command.path("id").asText(),
            new RealtimeLoad(inputs, window, 0, 0),
            command.path("url").asText(),
            command.path("encoding").asText());
    this.consumer = consumer;
    this.producer = producer;
    this.room = new Semaphore(window);
    this.left = new CountDownLatch(inputs);
  }

  /** Sends all inputs, and returns the number of failures. */
  Map<String, Object> play() throws IOException, InterruptedException {
    OkHttpClient client = new OkHttpClient();
    try (consumer) {
      List<TopicPartition> inputs =
          IntStream.range(0, RealtimeRun.PARTITIONS)
              .mapToObj(partition -> new TopicPartition(run.inputTopic(), partition))
              .toList();
      consumer.assign(inputs);
      consumer.seekToBeginning(inputs);
      WebSocket socket = client.newWebSocket(newRequest(), this);
      sendInputs(socket);
      boolean complete = left.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
      socket.close(1000, null);
      producer.flush();
      return Map.of("failures", failures.get() + (complete ? 0 : left.getCount()));
    } finally {
      client.dispatcher().executorService().shutdown();
    }
  }

  private void sendInputs(WebSocket socket) throws IOException, InterruptedException {
    int taken = 0;
    while (taken < run.load().inputs() && failures.get() == 0) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        taken++;
        if (!room.tryAcquire(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
          failures.incrementAndGet();
          return;
        }
        unanswered.add(record);
        if (run.encoding().equals("json")) {
          socket.send(new String(record.value(), UTF_8));
        } else {
          JsonNode json = JSON.readTree(record.value());
          socket.send(ByteString.of(MSGPACK.writeValueAsBytes(json)));
        }
      }
    }
  }

  private Request newRequest() {
    String query = run.load().asksForWindow() ? "?max_buffering=" + run.load().window() : "";
    return new Request.Builder()
        .url(run.runUrl() + "/" + RealtimeRun.ENDPOINT + "/realtime" + query)
        .build();
  }

  @Override
  public void onMessage(WebSocket socket, String text) {
    try {
      onOutput(JSON.readTree(text));
    } catch (IOException e) {
      failures.incrementAndGet();
    }
  }

  @Override
  public void onMessage(WebSocket socket, ByteString bytes) {
    try {
      onOutput(MSGPACK.readTree(bytes.toByteArray()));
    } catch (IOException e) {
      failures.incrementAndGet();
    }
  }

  @Override
  public void onFailure(WebSocket socket, Throwable cause, Response response) {
    failures.incrementAndGet();
  }

  private void onOutput(JsonNode output) throws IOException {
    ConsumerRecord<byte[], byte[]> input = unanswered.remove();
    room.release();
    byte[] value = JSON.writeValueAsBytes(createValue(input, output));
    String key = new String(input.key(), UTF_8);
    producer.send(new ProducerRecord<>(run.resultTopic(), key, value));
    left.countDown();
  }

  /** The fields of a result record, so that loop and connector write the same bytes. */
  private static ObjectNode createValue(ConsumerRecord<byte[], byte[]> input, JsonNode output) {
    ObjectNode value =
        JSON.createObjectNode()
            .put("request_id", output.path("request_id").asText())
            .put("endpoint_id", RealtimeRun.ENDPOINT)
            .put("frame", 0)
            .put("final", true);
    value.set("output", output);
    return value
        .putNull("error")
        .putNull("reason")
        .put("input_topic", input.topic())
        .put("input_partition", input.partition())
        .put("input_offset", input.offset())
        .put("received_at", System.currentTimeMillis());
  }
}
