// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.delivery;

import io.falconnect.connect.Inbox;
import io.falconnect.connect.TaskMetrics;
import io.falconnect.fal.http.SignalReceiver;
import io.falconnect.sink.input.InputOutcome;
import io.falconnect.sink.input.SinkMetrics;
import io.falconnect.sink.result.Acknowledgement;
import io.falconnect.sink.result.Publisher;
import io.falconnect.sink.result.PublishingRules;
import io.falconnect.sink.result.ResultOutput;
import io.falconnect.sink.result.ResultWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The thread that carries inputs to fal and results to Kafka, and owns all there is to know about
 * them. Connect calls a sink task only as often as there are records, so the work cannot be done on
 * the task's own thread.
 *
 * @param <S> what fal's side says
 */
public final class Delivery<S> implements SignalReceiver<S>, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
  private static final int MAX_SIGNALS = 4_096;
  private static final int MAX_BATCH = 1_024;
  private static final long MAX_INBOX_BYTES = 32L * 1024 * 1024;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration FOR_KAFKA = Duration.ofMillis(5);
  private static final Duration WHILE_HELD = Duration.ofMillis(20);
  private static final Duration FOR_SESSIONS = Duration.ofMillis(300);
  private static final Duration FOR_THE_THREAD = Duration.ofMillis(600);

  private final Inbox<Event<S>> inbox = new Inbox<>(MAX_SIGNALS, MAX_INBOX_BYTES, PATIENCE);
  private final Queue<InputOutcome> outcomes = new ConcurrentLinkedQueue<>();

  /** Apart from the inbox: an acknowledgement wakes nobody, and waits for nothing. */
  private final Queue<Acknowledgement> acknowledgements = new ConcurrentLinkedQueue<>();

  private final ResultWriter writer;
  private final Publisher publisher;
  private final Transport<S> transport;
  private final SinkMetrics metrics;
  private final Thread thread;
  private final Map<String, String> logContext = MDC.getCopyOfContextMap();
  private Duration wait = Duration.ZERO;
  private CountDownLatch draining;
  private volatile boolean closing;

  /** What the thread is told. */
  private sealed interface Event<S> {
    /** Inputs to carry. */
    record Taken<S>(List<InFlightInput> inputs) implements Event<S> {}

    /** An input that fal cannot be given. */
    record Unusable<S>(InFlightInput input, String reason) implements Event<S> {}

    /** fal's side has said something. */
    record Said<S>(S signal) implements Event<S> {}

    /** What is under way is to end, and nothing to begin. */
    record Drain<S>(CountDownLatch drained) implements Event<S> {}

    /** Inputs may begin again. */
    record GoOn<S>() implements Event<S> {}

    /** Partitions were taken away. */
    record Revoked<S>() implements Event<S> {}
  }

  /**
   * Makes the transport and starts the thread.
   *
   * @param name of the thread
   * @param writer of results, closed by whoever made it
   * @param rules which records are published besides the outputs
   * @param metrics told what happens
   * @param transports makes the transport, given the receiver of its signals and of its results
   */
  public Delivery(
      String name,
      ResultWriter writer,
      PublishingRules rules,
      SinkMetrics metrics,
      BiFunction<SignalReceiver<S>, ResultOutput, Transport<S>> transports) {
    this.writer = writer;
    this.publisher = new Publisher(writer, rules, acknowledgements::add, outcomes::add, metrics);
    this.metrics = metrics;
    this.transport = transports.apply(this, publisher);
    this.thread = new Thread(this::run, name);
    this.thread.setDaemon(true);
    this.thread.start();
  }

  /** Registers how full its inbox is. */
  public void register(TaskMetrics registered) {
    inbox.register(registered);
  }

  /** Hands over inputs. Bounded by whoever calls: see {@code Backpressure}. */
  public void take(List<InFlightInput> inputs) {
    if (!inputs.isEmpty()) {
      inbox.tell(new Event.Taken<>(inputs));
    }
  }

  /** Hands over an input that fal cannot be given. */
  public void unusable(InFlightInput input, String reason) {
    inbox.tell(new Event.Unusable<>(input, reason));
  }

  /** Says that assignments were revoked. */
  public void revoked() {
    inbox.tell(new Event.Revoked<>());
  }

  /**
   * Begins nothing from now on until {@link #goOn}, and waits, for a limited time, until what is
   * under way has ended and been acknowledged.
   */
  public void drain(Duration limit) {
    CountDownLatch drained = new CountDownLatch(1);
    inbox.tell(new Event.Drain<>(drained));
    try {
      drained.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends a drain. */
  public void goOn() {
    inbox.tell(new Event.GoOn<>());
  }

  /** What became of an input, oldest first; null where there is nothing to say. */
  public InputOutcome nextOutcome() {
    return outcomes.poll();
  }

  @Override
  public boolean offer(S signal, int weight) {
    return inbox.offer(new Event.Said<>(signal), weight);
  }

  @Override
  public void tell(S signal) {
    inbox.tell(new Event.Said<>(signal));
  }

  /** Ends the thread and what it has open. Waits for less than a second. */
  @Override
  public void close() {
    closing = true;
    try {
      thread.join(FOR_THE_THREAD.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    inbox.close();
    if (thread.isAlive()) {
      thread.interrupt();
    }
  }

  private void run() {
    if (logContext != null) {
      // Connect's: it names connector and task in every line of the log.
      MDC.setContextMap(logContext);
    }
    try {
      while (!closing) {
        round();
      }
      transport.close();
      long end = System.nanoTime() + FOR_SESSIONS.toNanos();
      while (!transport.isClosed() && System.nanoTime() - end < 0) {
        round();
      }
    } catch (InterruptedException e) {
      LOG.debug("Interrupted while something was still open");
    } catch (RuntimeException | Error e) {
      LOG.error("The delivery thread has failed", e);
      outcomes.add(
          new InputOutcome.Fatal(new ConnectException("the delivery thread has failed", e)));
      transport.close();
    }
  }

  private void round() throws InterruptedException {
    List<Event<S>> events = new ArrayList<>();
    inbox.drainTo(events, MAX_BATCH, wait);
    for (Event<S> event : events) {
      handle(event);
    }
    for (Acknowledgement next = acknowledgements.poll();
        next != null;
        next = acknowledgements.poll()) {
      publisher.onAcknowledgement(next);
    }
    wait = proceed(events.size() < MAX_BATCH);
    metrics.measured(transport.load());
    // Last, so that fal has something to do meanwhile.
    do {
      awaitKafka();
    } while (publisher.writeNext());
  }

  private Duration proceed(boolean caughtUp) {
    if (draining == null && !publisher.isTaskFailed()) {
      Duration until = transport.proceed(caughtUp);
      return publisher.isIdle() || until.compareTo(FOR_KAFKA) < 0 ? until : FOR_KAFKA;
    }
    if (draining != null && transport.isClosed() && publisher.isIdle()) {
      draining.countDown();
    }
    return WHILE_HELD;
  }

  /** While too much waits for Kafka, what fal says fills the inbox, and then fal's own buffers. */
  private void awaitKafka() throws InterruptedException {
    if (writer.unacknowledgedBytes() <= writer.maxUnacknowledgedBytes()) {
      return;
    }
    long begin = System.nanoTime();
    while (writer.unacknowledgedBytes() > writer.maxUnacknowledgedBytes() && !closing) {
      inbox.awaitClose(FOR_KAFKA);
    }
    transport.excludeTime(System.nanoTime() - begin);
  }

  private void handle(Event<S> event) {
    if (event instanceof Event.Taken<S> taken) {
      taken.inputs().forEach(transport::add);
    } else if (event instanceof Event.Unusable<S> unusable) {
      publisher.fail(unusable.input().publication(), "INPUT_UNUSABLE", unusable.reason());
    } else if (event instanceof Event.Said<S> said) {
      transport.onSignal(said.signal());
    } else if (event instanceof Event.Drain<S> drain) {
      draining = drain.drained();
    } else if (event instanceof Event.GoOn<S>) {
      draining = null;
    } else if (event instanceof Event.Revoked<S>) {
      transport.onRevoked();
    }
  }
}
