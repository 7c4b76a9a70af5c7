// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.time.Duration;

/** A JVM of its own, as a process or in a container, whose output goes straight to a file. */
public abstract class RunningJvm {
  private static final int TAIL_BYTES = 8_192;

  public final JavaProcess.Command command;

  public RunningJvm(JavaProcess.Command command) {
    this.command = command;
  }

  /** Whether it runs. */
  public abstract boolean isAlive();

  /** Throws, with the end of the output, unless the JVM runs. */
  public abstract void requireAlive();

  /** Ends it as {@code kill -9} does, and waits until it is gone. */
  public abstract void kill();

  /** Asks the JVM to end, and kills it after the limit. Returns whether it ended by itself. */
  public abstract boolean stop(Duration limit);

  /** The stacks of its platform threads, with the locks they hold. */
  public abstract String takeThreadDump();

  /** The whole output. */
  public String output() {
    return new String(readOutput(0), UTF_8);
  }

  /** The end of the output. */
  public String outputTail() {
    return "Last of %s:%n%s"
        .formatted(command.output(), new String(readOutput(TAIL_BYTES), UTF_8).stripTrailing());
  }

  private byte[] readOutput(int last) {
    try (RandomAccessFile file = new RandomAccessFile(command.output().toFile(), "r")) {
      long from = last == 0 ? 0 : Math.max(0, file.length() - last);
      byte[] bytes = new byte[Math.toIntExact(file.length() - from)];
      file.seek(from);
      file.readFully(bytes);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
