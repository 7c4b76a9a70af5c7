// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster.worker;

import static java.lang.Double.NaN;

import com.sun.tools.attach.AttachNotSupportedException;
import com.sun.tools.attach.VirtualMachine;
import io.falconnect.cluster.process.Waits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.Hashtable;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import javax.management.Attribute;
import javax.management.JMException;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServerConnection;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;

/**
 * The metrics that tasks on a worker tell of themselves, read from its JMX as an exporter reads
 * them.
 */
public final class WorkerMetrics implements AutoCloseable {
  private static final Set<String> EVERY_BEAN = Set.of("type", "connector", "task");

  private final JMXConnector connector;
  private final MBeanServerConnection beans;

  private WorkerMetrics(JMXConnector connector, MBeanServerConnection beans) {
    this.connector = connector;
    this.beans = beans;
  }

  /** The metrics of a running worker. The worker needs no special start options. */
  public static WorkerMetrics connectTo(ConnectWorker worker) {
    try {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(worker.process().pid()));
      JMXServiceURL url;
      try {
        url = new JMXServiceURL(machine.startLocalManagementAgent());
      } finally {
        machine.detach();
      }
      JMXConnector connector = JMXConnectorFactory.connect(url);
      return new WorkerMetrics(connector, connector.getMBeanServerConnection());
    } catch (AttachNotSupportedException e) {
      throw new IllegalStateException("The worker's JMX cannot be reached", e);
    } catch (IOException e) {
      throw new UncheckedIOException("The worker's JMX cannot be reached", e);
    }
  }

  /** The metrics of this JVM. */
  public static WorkerMetrics ofThisJvm() {
    return new WorkerMetrics(null, ManagementFactory.getPlatformMBeanServer());
  }

  /** The metrics of one task. */
  public Task task(String connectorName, int task) {
    return new Task(this, connectorName, task);
  }

  /** The metrics of one task. */
  public record Task(WorkerMetrics metrics, String connector, int number) {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    /** All of them, as {@link WorkerMetrics#of} tells them. */
    public Map<String, Double> readAll() {
      return metrics.readTask(connector, number);
    }

    /** The values of a metric that are not zero, by the value of the metric's tag. */
    public Map<String, Double> readByTag(String metric) {
      Map<String, Double> values = new TreeMap<>();
      readAll()
          .forEach(
              (name, value) -> {
                if (name.startsWith(metric + "{") && value != 0) {
                  values.put(name.substring(name.indexOf('=') + 1, name.length() - 1), value);
                }
              });
      return values;
    }

    /** Waits until one has a value. */
    public void await(String metric, double expected) {
      await(metric + " to be " + expected, all -> all.getOrDefault(metric, NaN) == expected);
    }

    /** Waits until there are these and no others. */
    public void awaitExactly(Set<String> names) {
      await("exactly the metrics " + names, all -> all.keySet().equals(names));
    }

    private void await(String what, Predicate<Map<String, Double>> wanted) {
      Waits.until(
          what, LIMIT, () -> Optional.of(readAll()).filter(wanted), () -> readAll().toString());
    }
  }

  /**
   * The metrics of a task: its beans' attributes by name, with the further tags behind it, as in
   * {@code outcomes-total{outcome=FAILED}}. Empty where there is no such task.
   */
  public Map<String, Double> readTask(String connectorName, int task) {
    Map<String, Double> metrics = new TreeMap<>();
    try {
      for (ObjectName bean : beanNames(connectorName, task)) {
        String[] attributes =
            Arrays.stream(beans.getMBeanInfo(bean).getAttributes())
                .map(MBeanAttributeInfo::getName)
                .toArray(String[]::new);
        for (Attribute attribute : beans.getAttributes(bean, attributes).asList()) {
          double value = ((Number) attribute.getValue()).doubleValue();
          metrics.put(attribute.getName() + tagSuffix(bean), value);
        }
      }
      return metrics;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (JMException e) {
      throw new IllegalStateException("A bean went while it was read", e);
    }
  }

  /** The names of a task's beans. */
  public Set<ObjectName> beanNames(String connectorName, int task) {
    boolean plain = connectorName.matches("[\\w.% \t-]*");
    String name = plain ? connectorName : ObjectName.quote(connectorName);
    String pattern = "kafka.connect:type=plugins,connector=%s,task=%d,*".formatted(name, task);
    try {
      return beans.queryNames(new ObjectName(pattern), null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (MalformedObjectNameException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static String tagSuffix(ObjectName bean) {
    Hashtable<String, String> keys = bean.getKeyPropertyList();
    String tags =
        Collections.list(keys.keys()).stream()
            .filter(key -> !EVERY_BEAN.contains(key))
            .sorted()
            .map(key -> key + "=" + keys.get(key))
            .collect(Collectors.joining(","));
    return tags.isEmpty() ? "" : "{" + tags + "}";
  }

  @Override
  public void close() {
    if (connector != null) {
      try {
        connector.close();
      } catch (IOException e) {
        // The worker has already ended.
      }
    }
  }
}
