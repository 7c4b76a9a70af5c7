// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.input;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.falconnect.sink.delivery.InFlightInput;
import io.falconnect.sink.result.Publication;
import io.falconnect.sink.result.ResultOutput;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import okio.ByteString;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;

/** Inputs and outputs for tests of what has neither Kafka nor fal in it. */
public final class Inputs {
  private Inputs() {}

  public static Assignment assignment(int partition) {
    return new Assignment(new TopicPartition("inputs", partition));
  }

  public static Input input(Assignment assignment, long offset, String requestId, int bytes) {
    TopicPartition at = assignment.partition();
    SinkRecord record = new SinkRecord(at.topic(), at.partition(), null, null, null, null, offset);
    return new Input(record, assignment, offset, requestId, ByteString.of(new byte[bytes]));
  }

  public static InFlightInput inFlight(Input input) {
    return new InFlightInput(input, System.nanoTime());
  }

  public static InFlightInput inFlight(String requestId) {
    return inFlight(input(assignment(0), 0, requestId, 1));
  }

  /** An output that echoes a request id; none where it is null. */
  public static JsonNode output(String requestId) {
    var output = JsonNodeFactory.instance.objectNode().put("seed", 42);
    return requestId == null ? output : output.put("request_id", requestId);
  }

  /** Remembers what was published, as {@code id/frame} with {@code !} on the last. */
  public static final class Published implements ResultOutput {
    public final List<String> frames = new ArrayList<>();
    public final List<String> done = new ArrayList<>();
    public final List<String> failed = new ArrayList<>();

    /** Takes each input when its outcome is known, as if Kafka had acknowledged all at once. */
    public Consumer<Input> settled = input -> {};

    @Override
    public void publish(Publication input, int frame, boolean last, JsonNode output, long readAt) {
      frames.add(input.input().requestId() + "/" + frame + (last ? "!" : ""));
      if (last) {
        settled.accept(input.input());
      }
    }

    @Override
    public void finish(Publication input) {
      done.add(input.input().requestId());
      settled.accept(input.input());
    }

    @Override
    public void fail(Publication input, String error, String reason) {
      failed.add(input.input().requestId() + ": " + error);
      settled.accept(input.input());
    }

    @Override
    public void failTask(ConnectException cause) {
      throw new AssertionError(cause);
    }
  }
}
