// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.benchmark.source;

import io.falconnect.benchmark.measure.Machine;
import io.falconnect.benchmark.measure.ProcessorUse;
import io.falconnect.benchmark.measure.Samples;
import io.falconnect.cluster.process.JavaProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads the status topic of a run while it is written, and marks the progress. */
public final class StatusMeter implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(100);

  private final StatusRun run;
  private final JavaProcess process;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final StatusTally tally;
  private Mark fifth;
  private Mark fourFifths;
  private Mark allBegun;
  private Mark anyOver;
  private Mark allOver;
  private long results;

  /** The progress of a run at one moment. */
  record Mark(long nanos, long events, double cpuSeconds) {
    double secondsTo(Mark later) {
      return (later.nanos - nanos) / 1e9;
    }

    double rateTo(Mark later) {
      return (later.events - events) / secondsTo(later);
    }

    double cpuMicrosPerEventTo(Mark later) {
      return (later.cpuSeconds - cpuSeconds) * 1e6 / (later.events - events);
    }
  }

  /** A meter of a run whose topic exists and is empty. */
  public StatusMeter(String bootstrap, StatusRun run, int partitions, JavaProcess process) {
    this.run = run;
    this.process = process;
    this.tally = new StatusTally(run.shape());
    this.consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                5_000),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> all =
        (run.results()
                ? Stream.of(run.statusTopic(), run.resultTopic())
                : Stream.of(run.statusTopic()))
            .flatMap(
                topic -> IntStream.range(0, partitions).mapToObj(p -> new TopicPartition(topic, p)))
            .toList();
    consumer.assign(all);
    consumer.seekToBeginning(all);
    // Resolves positions now, so that it does not delay the first events.
    all.forEach(consumer::position);
  }

  /** Reads until every watch has its outcome. */
  public StatusFigures measureRun(StatusPipeline pipeline, Duration limit) {
    double loadBefore = Machine.loadAverage();
    ProcessorUse before = ProcessorUse.measure();
    Mark begun = takeMark();
    pipeline.begin(run);
    readUntil(this::isComplete, limit);
    allOver = takeMark();
    return createFigures(pipeline, loadBefore, before.othersSince(ProcessorUse.measure()), begun);
  }

  private boolean isComplete() {
    return tally.haveAllEnded() && (!run.results() || results >= run.shape().streams());
  }

  /** Begins and reads until every watch has its first event. */
  public void awaitAllBegun(StatusPipeline pipeline, Duration limit) {
    pipeline.begin(run);
    readUntil(tally::haveAllBegun, limit);
  }

  private void readUntil(BooleanSupplier reached, Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!reached.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException(
            "%s in %s s: %d of %d events, %d watches wrong%n%s"
                .formatted(
                    run,
                    limit.toSeconds(),
                    tally.eventCount(),
                    run.shape().totalEvents(),
                    tally.wrongCount(),
                    process.outputTail()));
      }
      pollOnce();
    }
  }

  @Override
  public void close() {
    consumer.close();
  }

  private void pollOnce() {
    process.requireAlive();
    Iterable<ConsumerRecord<byte[], byte[]>> records = consumer.poll(POLL);
    Instant now = Instant.now();
    double millis = now.getEpochSecond() * 1e3 + now.getNano() / 1e6;
    records.forEach(
        record -> {
          if (record.topic().equals(run.statusTopic())) {
            tally.add(record.key(), record.value(), millis);
          } else {
            results++;
          }
        });
    fifth = markOnce(fifth, tally.eventCount() >= run.shape().totalEvents() / 5);
    fourFifths = markOnce(fourFifths, tally.eventCount() >= run.shape().totalEvents() / 5 * 4);
    allBegun = markOnce(allBegun, tally.haveAllBegun());
    anyOver = markOnce(anyOver, tally.hasAnyEnded());
  }

  private Mark markOnce(Mark mark, boolean now) {
    return mark == null && now ? takeMark() : mark;
  }

  private Mark takeMark() {
    return new Mark(System.nanoTime(), tally.eventCount(), process.cpuSeconds());
  }

  private StatusFigures createFigures(
      StatusPipeline pipeline, double loadBefore, double others, Mark begun) {
    boolean steady = anyOver.events() > allBegun.events();
    Samples latencies = tally.latencies();
    return new StatusFigures(
        pipeline.name(),
        run.id(),
        run.shape(),
        tally.eventCount(),
        tally.wrongCount(),
        tally.bytesPerEvent(),
        begun.secondsTo(allOver),
        fifth.rateTo(fourFifths),
        begun.secondsTo(allBegun),
        steady ? allBegun.rateTo(anyOver) : Double.NaN,
        steady ? allBegun.cpuMicrosPerEventTo(anyOver) : Double.NaN,
        begun.cpuMicrosPerEventTo(allOver),
        Machine.peakMegabytes(process.pid()),
        latencies.size(),
        latencies.median(),
        latencies.quantile(0.99),
        latencies.max(),
        loadBefore,
        others);
  }
}
