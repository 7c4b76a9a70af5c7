// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster.container;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.NotFoundException;
import io.falconnect.cluster.process.BuildOutput;
import io.falconnect.cluster.process.JavaProcess;
import io.falconnect.cluster.process.ProcessDiedException;
import io.falconnect.cluster.process.RunningJvm;
import io.falconnect.cluster.process.Waits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.testcontainers.containers.BindMode;
import org.testcontainers.containers.GenericContainer;

/**
 * A JVM in a container of Kafka's image, on the network of this machine, with the Kafka and the
 * Java of the image. It sees the build's folder, and temporary files, under the paths they have
 * here.
 */
public final class JavaContainer extends RunningJvm {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String DUMP_BEGINS = "Full thread dump";
  private static final String DUMP_ENDS = "JNI global refs";

  private final GenericContainer<?> container;

  private JavaContainer(JavaProcess.Command command) {
    super(command);
    container = new GenericContainer<>(Containers.requireImage());
  }

  public static JavaContainer start(JavaProcess.Command command) {
    JavaContainer started = new JavaContainer(command);
    String build = BuildOutput.folder().toString();
    String temporary = System.getProperty("java.io.tmpdir");
    started
        .container
        .withNetworkMode("host")
        .withFileSystemBind(build, build, BindMode.READ_WRITE)
        .withFileSystemBind(temporary, temporary, BindMode.READ_ONLY)
        .withEnv(command.environment())
        .withCreateContainerCmdModifier(
            create ->
                create
                    .withUser(buildOwner())
                    .withEntrypoint("sh", "-c")
                    .withCmd(shellLine(command)))
        .start();
    return started;
  }

  @Override
  public boolean isAlive() {
    return container.isRunning();
  }

  @Override
  public void requireAlive() {
    if (!isAlive()) {
      throw new ProcessDiedException("%s ended.%n%s".formatted(command.name(), outputTail()));
    }
  }

  @Override
  public void kill() {
    sendSignal("KILL");
    container.stop();
  }

  @Override
  public boolean stop(Duration limit) {
    sendSignal("TERM");
    boolean ended = Waits.becomesTrue(limit, () -> !isAlive());
    container.stop();
    return ended;
  }

  /** The output of the JVM after SIGQUIT: a JRE has no other way. */
  @Override
  public String takeThreadDump() {
    int before = output().length();
    sendSignal("QUIT");
    return Waits.until(
        "a thread dump of " + command.name(),
        LIMIT,
        () ->
            Optional.of(output().substring(before))
                .filter(text -> text.contains(DUMP_BEGINS) && text.contains(DUMP_ENDS)),
        this::outputTail);
  }

  private void sendSignal(String name) {
    DockerClient docker = container.getDockerClient();
    try {
      docker.killContainerCmd(container.getContainerId()).withSignal(name).exec();
    } catch (ConflictException | NotFoundException e) {
      // The container has already ended.
    }
  }

  /** The owner of the build folder, so that files of the container can be read and deleted. */
  private static String buildOwner() {
    try {
      Path build = BuildOutput.folder();
      return Files.getAttribute(build, "unix:uid") + ":" + Files.getAttribute(build, "unix:gid");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String shellLine(JavaProcess.Command command) {
    List<String> line = new ArrayList<>(List.of("java"));
    line.addAll(command.jvmArgs());
    line.add("-Djava.io.tmpdir=" + command.output().getParent());
    line.addAll(List.of("-cp", "/opt/kafka/libs/*", command.mainClass()));
    line.addAll(command.args());
    String quoted = line.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
    return "exec %s >> '%s' 2>&1".formatted(quoted, command.output());
  }
}
