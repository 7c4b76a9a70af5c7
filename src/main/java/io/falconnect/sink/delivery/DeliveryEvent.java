// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.delivery;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.TopicPartition;

/** What other threads give to the delivery thread. */
sealed interface DeliveryEvent<S> {
  /** Inputs to carry. */
  record Taken<S>(List<InFlightInput> inputs) implements DeliveryEvent<S> {}

  /** An input that cannot be sent. */
  record Unusable<S>(InFlightInput input, String reason) implements DeliveryEvent<S> {}

  /** A signal of fal's side. */
  record Signal<S>(S signal) implements DeliveryEvent<S> {}

  /** No input is to start; the latch is counted down when nothing is in flight. */
  record Drain<S>(CountDownLatch drained) implements DeliveryEvent<S> {}

  /** Inputs may start again. */
  record Resume<S>() implements DeliveryEvent<S> {}

  /** Only wakes the thread, so that it sees that it has to end. */
  record WakeUp<S>() implements DeliveryEvent<S> {}

  /** Of these partitions all is committed up to these offsets. */
  record Committed<S>(Map<TopicPartition, Long> offsets) implements DeliveryEvent<S> {}

  /** Partitions were taken away. */
  record Revoked<S>() implements DeliveryEvent<S> {}
}
