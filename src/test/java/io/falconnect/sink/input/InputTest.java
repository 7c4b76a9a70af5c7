// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.input;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import okio.ByteString;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.runtime.InternalSinkRecord;
import org.apache.kafka.connect.runtime.errors.ProcessingContext;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

class InputTest {
  private static final SinkRecord READ =
      new SinkRecord(
          "inputs",
          0,
          null,
          "k",
          null,
          Map.of("parts", List.of(1, 2)),
          7,
          5L,
          TimestampType.CREATE_TIME);

  @Test
  void aDeadLetterNeedsTheBytesOfConnectsRecordAndNotTheValueThatWasRead() {
    READ.headers().addString("trace", "t");
    ConsumerRecord<byte[], byte[]> consumed =
        new ConsumerRecord<>("inputs", 0, 7, new byte[] {1}, new byte[] {2});
    InternalSinkRecord record = new InternalSinkRecord(new ProcessingContext<>(consumed), READ);

    Input light = input(record).withoutReadValue();
    assertThat(light.record().value()).isNull();
    assertThat(((InternalSinkRecord) light.record()).context().original()).isSameAs(consumed);
    assertThat(light.record().key()).isEqualTo("k");
    assertThat(light.record().kafkaOffset()).isEqualTo(7);
    assertThat(light.record().timestamp()).isEqualTo(5L);
    assertThat(light.record().headers().lastWithName("trace").value()).isEqualTo("t");
    assertThat(light.payload()).isEqualTo(input(record).payload());
  }

  @Test
  void aDeadLetterOfAnotherRecordNeedsItsValue() {
    assertThat(input(READ).withoutReadValue().record()).isSameAs(READ);
  }

  private static Input input(SinkRecord record) {
    return new Input(record, Inputs.assignment(0), 7, "id", ByteString.encodeUtf8("{}"));
  }
}
