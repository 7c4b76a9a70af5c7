// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink;

import io.falconnect.connect.TaskConfig;
import io.falconnect.connect.TaskMetrics;
import io.falconnect.fal.http.FalHttp;
import io.falconnect.sink.delivery.Delivery;
import io.falconnect.sink.result.ResultWriter;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkTaskContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a sink task has open: the HTTP client, the producer, the delivery thread, its metrics. */
record SinkResources(
    FalHttp http, ResultWriter writer, Delivery<?> delivery, TaskMetrics registered)
    implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SinkResources.class);

  /**
   * Connects to Kafka and starts the delivery thread. It connects to fal when there is something to
   * send.
   *
   * @param nanoClock {@code System::nanoTime} outside tests
   * @throws ConnectException when the output topic cannot be written to
   */
  static <S> SinkResources open(
      SinkConfig config, SinkTaskContext context, SinkKind<S> kind, LongSupplier nanoClock) {
    TaskConfig task = config.input().task();
    FalHttp http = new FalHttp(config.fal().settings(), task.threadName(), kind.maxConnections());
    ResultWriter writer = null;
    Delivery<S> delivery;
    try {
      writer = ResultWriter.open(config.output(), kind.form());
      delivery = startDelivery(task.threadName() + "-delivery", kind, http, writer, nanoClock);
    } catch (RuntimeException | Error e) {
      if (writer != null) {
        writer.close();
      }
      http.close();
      throw e;
    }
    LOG.info("Sending to {} over {}", config.input().endpoint(), http.description());
    TaskMetrics registered = TaskMetrics.open(context, task.connectorName(), task.number());
    kind.metrics().register(registered, writer::unacknowledgedBytes);
    delivery.registerMetrics(registered);
    return new SinkResources(http, writer, delivery, registered);
  }

  private static <S> Delivery<S> startDelivery(
      String thread, SinkKind<S> kind, FalHttp http, ResultWriter writer, LongSupplier nanoClock) {
    return new Delivery<>(
        thread,
        writer,
        kind.publishing(),
        kind.metrics(),
        nanoClock,
        (signals, results) -> kind.transports().create(http, signals, results));
  }

  /** Closes everything. Waits for less than two seconds. */
  @Override
  public void close() {
    long begin = System.nanoTime();
    registered.close();
    delivery.close();
    http.close();
    writer.close();
    long millis = Duration.ofNanos(System.nanoTime() - begin).toMillis();
    LOG.info("Stopped in {} ms", millis);
  }
}
