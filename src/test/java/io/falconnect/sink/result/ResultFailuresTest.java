// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.falconnect.sink.input.Assignment;
import io.falconnect.sink.input.Input;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import okio.ByteString;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.NetworkException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.junit.jupiter.api.Test;

class ResultFailuresTest {
  private static final ResultFailures FAILURES = new ResultFailures("out", "result.producer.");
  private static final Input INPUT =
      new Input(null, new Assignment(new TopicPartition("in", 0)), 4, "r1", ByteString.EMPTY);

  private final List<String> told = new ArrayList<>();
  private final Acknowledgement acknowledgement =
      new Acknowledgement() {
        @Override
        public void acknowledged() {
          told.add("acknowledged");
        }

        @Override
        public void unwritable(String reason) {
          told.add("unwritable");
        }

        @Override
        public void broken(org.apache.kafka.connect.errors.ConnectException failure) {
          told.add("broken");
          assertThat(failure).hasMessageContainingAll("input r1 (in-0, offset 4)", "topic 'out'");
        }
      };

  @Test
  void aConverterWhoseRegistryIsAwayDoesNotCondemnTheResult() {
    FAILURES.notMade(INPUT, new RetriableException("later"), acknowledgement);
    FAILURES.notMade(INPUT, new NetworkException("later"), acknowledgement);
    FAILURES.notMade(
        INPUT, new DataException("x", new ConnectException("refused")), acknowledgement);
    assertThat(told).containsOnly("broken").hasSize(3);
  }

  @Test
  void aResultThatIsRefusedIsUnwritable() {
    FAILURES.notMade(INPUT, new DataException("x"), acknowledgement);
    FAILURES.notMade(INPUT, new ClassCastException(), acknowledgement);
    FAILURES.notWritten(INPUT, 5, new RecordTooLargeException("x"), acknowledgement);
    FAILURES.notWritten(INPUT, 5, new InvalidRecordException("x"), acknowledgement);
    assertThat(told).containsOnly("unwritable").hasSize(4);
  }

  @Test
  void whateverElseKafkaSaysIsTheTasksAffair() {
    FAILURES.notWritten(INPUT, 5, new TopicAuthorizationException("out"), acknowledgement);
    FAILURES.notWritten(INPUT, 5, new IllegalStateException("closed"), acknowledgement);
    assertThat(told).containsOnly("broken").hasSize(2);
  }
}
