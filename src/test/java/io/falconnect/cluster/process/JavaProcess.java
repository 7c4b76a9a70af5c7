// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A JVM of its own, which never outlives this one.
 *
 * <p>Its output goes straight to a file: no pipe that could fill, and nothing lost when it is
 * killed. Its input stays open as long as this JVM runs, so a program that ends with its input ends
 * with its starter.
 */
public final class JavaProcess extends RunningJvm {

  private static final Duration KILL_LIMIT = Duration.ofSeconds(20);
  private static final Duration JCMD_LIMIT = Duration.ofSeconds(30);
  private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> RUNNING.forEach(Process::destroyForcibly), "processes-shutdown"));
  }

  /**
   * What to run.
   *
   * @param name how messages call it
   * @param output file that its output is appended to
   */
  public record Command(
      String name,
      Jdk jdk,
      List<String> jvmArgs,
      String classPath,
      String mainClass,
      List<String> args,
      Map<String, String> environment,
      Path output) {

    List<String> line() {
      List<String> line = new ArrayList<>();
      line.add(jdk.program("java").toString());
      line.addAll(jvmArgs);
      line.addAll(List.of("-cp", classPath, mainClass));
      line.addAll(args);
      return line;
    }
  }

  private final Process process;

  private JavaProcess(Command command, Process process) {
    super(command);
    this.process = process;
  }

  /** Starts it and returns without waiting for anything. */
  public static JavaProcess start(Command command) {
    ProcessBuilder builder =
        new ProcessBuilder(command.line())
            .redirectErrorStream(true)
            .redirectOutput(Redirect.appendTo(command.output().toFile()));
    builder.environment().remove("CLASSPATH");
    builder.environment().putAll(command.environment());
    try {
      Process process = builder.start();
      RUNNING.add(process);
      process.onExit().thenAccept(RUNNING::remove);
      return new JavaProcess(command, process);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot start " + command.name(), e);
    }
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Stands still, as after {@code kill -STOP}, until {@link #resume}. */
  public void suspend() {
    signal("STOP");
  }

  /** Goes on after {@link #suspend}. */
  public void resume() {
    signal("CONT");
  }

  private void signal(String name) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + name, "" + pid()).inheritIO().start();
      if (kill.waitFor() != 0) {
        throw new IllegalStateException("kill -" + name + " failed with " + kill.exitValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void requireAlive() {
    if (!process.isAlive()) {
      throw new ProcessDiedException(
          "%s ended with exit code %d.%n%s"
              .formatted(command.name(), process.exitValue(), outputTail()));
    }
  }

  @Override
  public void kill() {
    process.destroyForcibly();
    if (!awaitEnd(KILL_LIMIT)) {
      throw new IllegalStateException(command.name() + " survived kill -9");
    }
  }

  @Override
  public boolean stop(Duration limit) {
    process.destroy();
    boolean ended = awaitEnd(limit);
    if (!ended) {
      kill();
    }
    return ended;
  }

  /** Waits for its end and returns the exit code. */
  public int awaitExit(Duration limit) {
    if (!awaitEnd(limit)) {
      kill();
      throw new IllegalStateException(
          "%s still ran after %d s.%n%s"
              .formatted(command.name(), limit.toSeconds(), outputTail()));
    }
    return process.exitValue();
  }

  /** Resident memory in bytes. */
  public long residentBytes() {
    return readProcFile("status")
        .lines()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1_024)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(command.name() + " has no resident memory"));
  }

  /** CPU time used since its start, in seconds. */
  public double cpuSeconds() {
    return process
            .info()
            .totalCpuDuration()
            .orElseThrow(() -> new IllegalStateException("No CPU time known of " + command.name()))
            .toNanos()
        / 1e9;
  }

  @Override
  public String takeThreadDump() {
    return runJcmd("Thread.print", "-l");
  }

  /** Runs a diagnostic command of its JDK against it, and returns what that prints. */
  public String runJcmd(String... diagnostic) {
    requireAlive();
    try {
      Path answer = Files.createTempFile(command.output().getParent(), "jcmd-", ".txt");
      List<String> line = new ArrayList<>();
      line.add(command.jdk().program("jcmd").toString());
      line.add(Long.toString(pid()));
      line.addAll(List.of(diagnostic));
      Process jcmd =
          new ProcessBuilder(line)
              .redirectErrorStream(true)
              .redirectOutput(answer.toFile())
              .start();
      if (!jcmd.waitFor(JCMD_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        jcmd.destroyForcibly();
        throw new IllegalStateException("jcmd got no answer from " + command.name());
      }
      String text = Files.readString(answer, UTF_8);
      Files.delete(answer);
      return text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted", e);
    }
  }

  private boolean awaitEnd(Duration limit) {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while " + command.name() + " ended", e);
    }
  }

  private String readProcFile(String file) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid()), file), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(command.name() + " does not run, or not on Linux", e);
    }
  }
}
