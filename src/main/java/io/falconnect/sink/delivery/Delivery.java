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
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The delivery thread: gives inputs to a transport and outputs to the publisher, and owns their
 * state. A thread of its own is needed because Connect calls a sink task only when it has records.
 * The public methods are for the task thread; signals come on any thread.
 *
 * @param <S> the signals of fal's side
 */
public final class Delivery<S> implements SignalReceiver<S>, Drainable, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);
  private static final int MAX_SIGNALS = 4_096;
  private static final int MAX_BATCH = 1_024;
  private static final long MAX_INBOX_BYTES = 32L * 1024 * 1024;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration FOR_KAFKA = Duration.ofMillis(5);
  private static final Duration WHILE_STOPPED = Duration.ofMillis(20);
  private static final Duration CLOSE_TRANSPORT_LIMIT = Duration.ofMillis(300);
  private static final Duration CLOSE_LIMIT = Duration.ofMillis(600);

  private final Inbox<DeliveryEvent<S>> inbox = new Inbox<>(MAX_SIGNALS, MAX_INBOX_BYTES, PATIENCE);
  private final Queue<InputOutcome> outcomes = new ConcurrentLinkedQueue<>();

  /** Not in the inbox: an acknowledgement does not wake the thread, and never waits for room. */
  private final Queue<Acknowledgement> acknowledgements = new ConcurrentLinkedQueue<>();

  private final ResultWriter writer;
  private final Publisher publisher;
  private final Transport<S> transport;
  private final SinkMetrics metrics;
  private final LongSupplier nanoClock;
  private final Thread thread;
  private final Map<String, String> logContext = MDC.getCopyOfContextMap();
  private Duration wait = Duration.ZERO;
  private CountDownLatch draining;
  private volatile boolean closing;
  private volatile boolean wantsCommit;

  /**
   * Makes the transport and starts the thread.
   *
   * @param name of the thread
   * @param writer of results, closed by whoever made it
   * @param rules which records are published besides the outputs
   * @param metrics counts what happens
   * @param nanoClock {@code System::nanoTime} outside tests
   * @param transports makes the transport, given the receiver of its signals and of its results
   */
  public Delivery(
      String name,
      ResultWriter writer,
      PublishingRules rules,
      SinkMetrics metrics,
      LongSupplier nanoClock,
      BiFunction<SignalReceiver<S>, ResultOutput, Transport<S>> transports) {
    this.writer = writer;
    this.publisher =
        new Publisher(writer, rules, acknowledgements::add, this::onOutcome, metrics, nanoClock);
    this.metrics = metrics;
    this.nanoClock = nanoClock;
    this.transport = transports.apply(this, publisher);
    this.thread = new Thread(this::run, name);
    this.thread.setDaemon(true);
    this.thread.start();
  }

  /** Registers how full its inbox is. */
  public void registerMetrics(TaskMetrics registered) {
    inbox.register(registered);
  }

  /** Hands over inputs. The caller bounds their number: see {@code Backpressure}. */
  public void addInputs(List<InFlightInput> inputs) {
    if (!inputs.isEmpty()) {
      inbox.tell(new DeliveryEvent.Taken<>(inputs));
    }
  }

  /** Hands over an input that cannot be sent: it fails. */
  public void addUnusable(InFlightInput input, String reason) {
    inbox.tell(new DeliveryEvent.Unusable<>(input, reason));
  }

  /** Partitions were taken away: their inputs are dropped. */
  public void onRevoked() {
    inbox.tell(new DeliveryEvent.Revoked<>());
  }

  @Override
  public void drain(Duration limit) {
    CountDownLatch drained = new CountDownLatch(1);
    inbox.tell(new DeliveryEvent.Drain<>(drained));
    try {
      drained.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void resume() {
    inbox.tell(new DeliveryEvent.Resume<>());
  }

  @Override
  public void onCommitted(Map<TopicPartition, Long> offsets) {
    inbox.tell(new DeliveryEvent.Committed<>(offsets));
  }

  @Override
  public boolean wantsCommit() {
    return wantsCommit;
  }

  /** The oldest outcome that was not taken yet; null if there is none. */
  public InputOutcome nextOutcome() {
    return outcomes.poll();
  }

  @Override
  public boolean offer(S signal, int weight) {
    return inbox.offer(new DeliveryEvent.Signal<>(signal), weight);
  }

  @Override
  public void tell(S signal) {
    inbox.tell(new DeliveryEvent.Signal<>(signal));
  }

  /** Ends the thread and closes the transport. Waits for less than a second. */
  @Override
  public void close() {
    closing = true;
    inbox.tell(new DeliveryEvent.WakeUp<>());
    try {
      thread.join(CLOSE_LIMIT.toMillis());
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
        runRound();
      }
      transport.close();
      long end = nanoClock.getAsLong() + CLOSE_TRANSPORT_LIMIT.toNanos();
      while (!transport.isClosed() && nanoClock.getAsLong() - end < 0) {
        runRound();
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

  private void runRound() throws InterruptedException {
    List<DeliveryEvent<S>> events = new ArrayList<>();
    inbox.drainTo(events, MAX_BATCH, wait);
    for (DeliveryEvent<S> event : events) {
      handle(event);
    }
    for (Acknowledgement next = acknowledgements.poll();
        next != null;
        next = acknowledgements.poll()) {
      publisher.onAcknowledgement(next);
    }
    wait = proceed(events.size() < MAX_BATCH);
    metrics.setLoad(transport.load());
    wantsCommit = transport.wantsCommit();
    // Last, because writing may block: the inputs that were started are worked on meanwhile.
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
    return WHILE_STOPPED;
  }

  /** Waits while too much is unacknowledged. The inbox fills up meanwhile, which slows fal down. */
  private void awaitKafka() throws InterruptedException {
    if (writer.unacknowledgedBytes() <= writer.maxUnacknowledgedBytes()) {
      return;
    }
    long begin = nanoClock.getAsLong();
    while (writer.unacknowledgedBytes() > writer.maxUnacknowledgedBytes() && !closing) {
      inbox.awaitClose(FOR_KAFKA);
    }
    transport.excludeTime(nanoClock.getAsLong() - begin);
  }

  private void handle(DeliveryEvent<S> event) {
    if (event instanceof DeliveryEvent.Taken<S> taken) {
      taken.inputs().forEach(transport::add);
    } else if (event instanceof DeliveryEvent.Unusable<S> unusable) {
      publisher.fail(unusable.input().publication(), "INPUT_UNUSABLE", unusable.reason());
    } else if (event instanceof DeliveryEvent.Signal<S> signal) {
      transport.onSignal(signal.signal());
    } else if (event instanceof DeliveryEvent.Drain<S> drain) {
      draining = drain.drained();
    } else if (event instanceof DeliveryEvent.Resume<S>) {
      draining = null;
    } else if (event instanceof DeliveryEvent.Committed<S> committed) {
      transport.onCommitted(committed.offsets());
    } else if (event instanceof DeliveryEvent.Revoked<S>) {
      transport.onRevoked();
    }
  }

  private void onOutcome(InputOutcome outcome) {
    outcomes.add(outcome);
    if (outcome instanceof InputOutcome.Done done) {
      transport.onSettled(done.input());
    } else if (outcome instanceof InputOutcome.Failed failed) {
      transport.onSettled(failed.input());
    }
  }
}
