// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster.worker;

import io.falconnect.cluster.client.ConnectRest;
import io.falconnect.cluster.container.Containers;
import io.falconnect.cluster.container.JavaContainer;
import io.falconnect.cluster.process.BuildOutput;
import io.falconnect.cluster.process.JavaProcess;
import io.falconnect.cluster.process.ProcessLogging;
import io.falconnect.cluster.process.RunningJvm;
import io.falconnect.cluster.process.Waits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;

/**
 * One distributed Connect worker as a process, with the component archive unpacked into a folder of
 * its {@code plugin.path}. It keeps its port when it is killed and started again, so its worker id
 * too.
 */
public final class ConnectWorker implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofSeconds(120);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(45);
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final String name = "worker-" + COUNT.incrementAndGet();
  private final Path folder = BuildOutput.newFolder(name);
  private final WorkerConfiguration configuration;
  private final JavaProcess.Command command;
  private final ConnectRest rest;
  private RunningJvm process;

  private ConnectWorker(String bootstrap, WorkerOptions options) {
    this.configuration = new WorkerConfiguration(folder, bootstrap, options);
    this.command = command(options, configuration.write());
    this.rest = new ConnectRest(configuration.url(), this::logTail);
  }

  /** Prepares a worker without starting it. */
  public static ConnectWorker create(String bootstrap, WorkerOptions options) {
    return new ConnectWorker(bootstrap, options);
  }

  /** Starts it and waits until it serves requests, which it does once it is in its group. */
  public ConnectWorker start() {
    launch();
    return awaitReady();
  }

  /** Starts it without waiting, so that several can start at once. */
  public ConnectWorker launch() {
    if (isAlive()) {
      throw new IllegalStateException(name + " runs");
    }
    process = Containers.areRequested() ? JavaContainer.start(command) : JavaProcess.start(command);
    return this;
  }

  /** Waits until it serves requests. */
  public ConnectWorker awaitReady() {
    Waits.until(
        name + " to serve requests",
        START_LIMIT,
        () -> {
          process.requireAlive();
          return Optional.of(true).filter(ready -> rest.isHealthy());
        },
        this::logTail);
    return this;
  }

  /** Ends it as {@code kill -9} does. */
  public void kill() {
    process.kill();
  }

  /** Shuts it down in good order. Says whether it ended by itself in time. */
  public boolean stop() {
    return process.stop(STOP_LIMIT);
  }

  /** Whether its process runs. */
  public boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** A client of its REST API. */
  public ConnectRest rest() {
    return rest;
  }

  /** The URL of its REST API. */
  public String url() {
    return configuration.url();
  }

  /** How a connector's configuration refers to an entry of the worker's secrets file. */
  public String secret(String entry) {
    return configuration.secret(entry);
  }

  /** The folder that its component archive was unpacked into. */
  public Path plugins() {
    return configuration.plugins();
  }

  /** All that it has logged and printed, over all its starts. */
  public String log() {
    return process.output();
  }

  /** The end of its log. */
  public String logTail() {
    return process == null ? name + " was never started" : process.outputTail();
  }

  /** Resident memory in bytes. */
  public long residentBytes() {
    return process().residentBytes();
  }

  /** CPU time used since its last start, in seconds. */
  public double cpuSeconds() {
    return process().cpuSeconds();
  }

  /** The stacks of its platform threads, with the locks they hold. */
  public String takeThreadDump() {
    return process.takeThreadDump();
  }

  /** The stacks of all its threads, virtual ones too. Needs a JDK from 21 on. */
  public String takeVirtualThreadDump() {
    Path dump = folder.resolve("threads.txt");
    process().runJcmd("Thread.dump_to_file", "-overwrite", dump.toString());
    try {
      return Files.readString(dump);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its process. Skips the test if the worker runs in a container. */
  public JavaProcess process() {
    if (process instanceof JavaProcess own) {
      return own;
    }
    return Assumptions.abort(
        name + " runs in a container: what is asked of its process is left out");
  }

  /** Ends the worker. Its log stays. */
  @Override
  public void close() {
    if (isAlive()) {
      process.kill();
    }
    BuildOutput.delete(configuration.plugins());
  }

  private JavaProcess.Command command(WorkerOptions options, Path properties) {
    List<String> jvmArgs = new ArrayList<>(options.jvmArgs);
    jvmArgs.add(ProcessLogging.write(folder, options.logLevel, options.classPath));
    return new JavaProcess.Command(
        name,
        options.jdk,
        jvmArgs,
        options.classPath,
        "org.apache.kafka.connect.cli.ConnectDistributed",
        List.of(properties.toString()),
        Map.copyOf(options.environment),
        folder.resolve("worker.log"));
  }
}
