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

  private static final Publication PUBLICATION = new Publication(INPUT, 0);
  private static final ResultRecord RESULT = new ResultRecord(0, true, null, null, null, 9);

  private final List<String> told = new ArrayList<>();

  @Test
  void aConverterWhoseRegistryIsAwayDoesNotCondemnTheResult() {
    tell(FAILURES.judgeConversion(PUBLICATION, RESULT, new RetriableException("later")));
    tell(FAILURES.judgeConversion(PUBLICATION, RESULT, new NetworkException("later")));
    tell(
        FAILURES.judgeConversion(
            PUBLICATION, RESULT, new DataException("x", new ConnectException("refused"))));
    assertThat(told).containsOnly("broken").hasSize(3);
  }

  @Test
  void aResultThatIsRefusedIsUnwritable() {
    tell(FAILURES.judgeConversion(PUBLICATION, RESULT, new DataException("x")));
    tell(FAILURES.judgeConversion(PUBLICATION, RESULT, new ClassCastException()));
    tell(FAILURES.judgeSend(PUBLICATION, RESULT, 5, new RecordTooLargeException("x")));
    tell(FAILURES.judgeSend(PUBLICATION, RESULT, 5, new InvalidRecordException("x")));
    assertThat(told).containsOnly("unwritable").hasSize(4);
  }

  @Test
  void whateverElseKafkaSaysIsTheTasksAffair() {
    tell(FAILURES.judgeSend(PUBLICATION, RESULT, 5, new TopicAuthorizationException("out")));
    tell(FAILURES.judgeSend(PUBLICATION, RESULT, 5, new IllegalStateException("closed")));
    assertThat(told).containsOnly("broken").hasSize(2);
  }

  private void tell(Acknowledgement acknowledgement) {
    if (acknowledgement.unwritable() != null) {
      told.add("unwritable");
    } else if (acknowledgement.failure() != null) {
      told.add("broken");
      assertThat(acknowledgement.failure())
          .hasMessageContainingAll("input r1 (in-0, offset 4)", "topic 'out'");
    } else {
      told.add("acknowledged");
    }
  }
}
