// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.delivery;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.TopicPartition;

/** What the task thread gives to the delivery thread. */
sealed interface DeliveryEvent {
  /** Inputs to carry. */
  record Taken(List<InFlightInput> inputs) implements DeliveryEvent {}

  /** An input that cannot be sent. */
  record Unusable(InFlightInput input, String reason) implements DeliveryEvent {}

  /** No input is to start; the latch is counted down when nothing is in flight. */
  record Drain(CountDownLatch drained) implements DeliveryEvent {}

  /** Inputs may start again. */
  record Resume() implements DeliveryEvent {}

  /** Of these partitions all is committed up to these offsets. */
  record Committed(Map<TopicPartition, Long> offsets) implements DeliveryEvent {}

  /** Partitions were taken away. */
  record Revoked() implements DeliveryEvent {}
}
