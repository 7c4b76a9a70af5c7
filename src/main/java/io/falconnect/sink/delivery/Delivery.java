// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.delivery;

import io.falconnect.connect.TaskMetrics;
import io.falconnect.fal.http.SignalReceiver;
import io.falconnect.sink.input.InputOutcome;
import io.falconnect.sink.input.SinkMetrics;
import io.falconnect.sink.result.Publisher;
import io.falconnect.sink.result.PublishingRules;
import io.falconnect.sink.result.ResultOutput;
import io.falconnect.sink.result.ResultWriter;
import java.time.Duration;
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
  private static final Duration FOR_KAFKA = Duration.ofMillis(5);
  private static final Duration WHILE_STOPPED = Duration.ofMillis(20);
  private static final Duration CLOSE_TRANSPORT_LIMIT = Duration.ofMillis(300);
  private static final Duration SEND_LIMIT = Duration.ofMillis(100);
  private static final Duration CLOSE_LIMIT = Duration.ofMillis(500);

  private final DeliveryInbox<S> inbox = new DeliveryInbox<>();
  private final Queue<InputOutcome> outcomes = new ConcurrentLinkedQueue<>();
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
        new Publisher(
            writer, rules, inbox::addAcknowledgement, this::onOutcome, metrics, nanoClock);
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
      inbox.addEvent(new DeliveryEvent.Taken(inputs));
    }
  }

  /** Hands over an input that cannot be sent: it fails. */
  public void addUnusable(InFlightInput input, String reason) {
    inbox.addEvent(new DeliveryEvent.Unusable(input, reason));
  }

  /** Partitions were taken away: their inputs are dropped. */
  public void onRevoked() {
    inbox.addEvent(new DeliveryEvent.Revoked());
  }

  @Override
  public void drain(Duration limit) {
    CountDownLatch drained = new CountDownLatch(1);
    inbox.addEvent(new DeliveryEvent.Drain(drained));
    try {
      drained.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void resume() {
    inbox.addEvent(new DeliveryEvent.Resume());
  }

  @Override
  public void onCommitted(Map<TopicPartition, Long> offsets) {
    inbox.addEvent(new DeliveryEvent.Committed(offsets));
  }

  @Override
  public boolean wantsCommit() {
    return wantsCommit;
  }

  /** The oldest outcome that was not removed yet; null if there is none. */
  public InputOutcome firstOutcome() {
    return outcomes.peek();
  }

  /** Removes the oldest outcome: it has been handled. */
  public void removeOutcome() {
    outcomes.remove();
  }

  @Override
  public boolean offer(S signal, int weight) {
    return inbox.offer(signal, weight);
  }

  @Override
  public void tell(S signal) {
    inbox.tell(signal);
  }

  /** Ends the thread and closes the transport. Waits for less than a second. */
  @Override
  public void close() {
    closing = true;
    inbox.wakeUp();
    try {
      thread.join(SEND_LIMIT.toMillis());
      if (writer.isSending()) {
        // The producer blocks, because the topic was deleted.
        thread.interrupt();
      }
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
    long begin = nanoClock.getAsLong();
    boolean heldBack = publisher.isHeldBack();
    boolean caughtUp = false;
    if (heldBack) {
      // The inbox fills up meanwhile, which slows fal down.
      inbox.awaitClose(FOR_KAFKA);
    } else {
      caughtUp = inbox.handleSignals(wait, transport::onSignal);
    }
    inbox.handleEvents(this::handle);
    inbox.handleAcknowledgements(publisher::onAcknowledgement);
    if (heldBack) {
      transport.excludeTime(nanoClock.getAsLong() - begin);
      wait = Duration.ZERO;
    } else {
      wait = proceed(caughtUp);
    }
    metrics.setLoad(transport.load());
    wantsCommit = transport.wantsCommit();
    // Last, because a converter may take its time: inputs that were started are worked on
    // meanwhile.
    while (publisher.writeNext() && !closing) {
      inbox.handleAcknowledgements(publisher::onAcknowledgement);
    }
  }

  private Duration proceed(boolean caughtUp) {
    if (draining == null && !publisher.isTaskFailed()) {
      return transport.proceed(caughtUp);
    }
    if (draining != null && transport.isClosed() && publisher.isIdle()) {
      draining.countDown();
    }
    return WHILE_STOPPED;
  }

  private void handle(DeliveryEvent event) {
    if (event instanceof DeliveryEvent.Taken taken) {
      taken.inputs().forEach(transport::add);
    } else if (event instanceof DeliveryEvent.Unusable unusable) {
      publisher.fail(unusable.input().publication(), "INPUT_UNUSABLE", unusable.reason());
    } else if (event instanceof DeliveryEvent.Drain drain) {
      draining = drain.drained();
    } else if (event instanceof DeliveryEvent.Resume) {
      draining = null;
    } else if (event instanceof DeliveryEvent.Committed committed) {
      transport.onCommitted(committed.offsets());
    } else if (event instanceof DeliveryEvent.Revoked) {
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
