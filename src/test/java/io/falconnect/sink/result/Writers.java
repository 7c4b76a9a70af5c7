// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.sink.result;

import io.falconnect.sink.SinkConfigs;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RoundRobinPartitioner;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.StringConverter;

/** Writers of results without a broker: the test acknowledges the records, and sets the clock. */
public final class Writers {
  private static final String TOPIC = "out";

  private Writers() {}

  /** A producer whose records are acknowledged by the test, for a topic with so many partitions. */
  public static MockProducer<byte[], byte[]> producer(int partitions) {
    return new MockProducer<>(
        cluster(partitions),
        false,
        new RoundRobinPartitioner(),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  /** A cluster that has the topic, with so many partitions. */
  public static Cluster cluster(int partitions) {
    Node node = new Node(0, "localhost", 9092);
    Node[] nodes = {node};
    List<PartitionInfo> infos =
        IntStream.range(0, partitions)
            .mapToObj(i -> new PartitionInfo(TOPIC, i, node, nodes, nodes))
            .toList();
    return new Cluster("cluster", List.of(node), infos, Set.of(), Set.of());
  }

  /** A writer of results, whose topic is found already. */
  public static ResultWriter open(
      Producer<byte[], byte[]> producer, Converter values, LongSupplier clock, String... more) {
    OutputConfig output = SinkConfigs.config(more).output();
    ResultWriter writer =
        new ResultWriter(
            output,
            new ResultForm("o/a", true),
            new StringConverter(),
            values,
            output.producerSettings(),
            producer,
            clock);
    writer.checkProgress();
    return writer;
  }

  /** Fails as a converter does whose registry is away, a number of times. */
  public static final class FlakyConverter implements Converter {
    /** How many attempts fail from now on. */
    public final AtomicInteger failures = new AtomicInteger();

    /** Called in each attempt. */
    public Runnable onAttempt = () -> {};

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {}

    @Override
    public byte[] fromConnectData(String topic, Schema schema, Object value) {
      onAttempt.run();
      if (failures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        throw new RetriableException("the registry is away");
      }
      return value.toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public SchemaAndValue toConnectData(String topic, byte[] value) {
      throw new UnsupportedOperationException();
    }
  }
}
