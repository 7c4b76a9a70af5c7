// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster.container;

import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.utility.DockerImageName;

/**
 * Clusters in containers, where system property {@code cluster.containers} asks for them: broker
 * and workers from Kafka's own image.
 */
public final class Containers {
  private static final String KAFKA = "apache/kafka";

  private Containers() {}

  public static boolean areRequested() {
    return Boolean.getBoolean("cluster.containers");
  }

  /** Kafka's image. Skips the test if there is no Docker engine. */
  public static DockerImageName requireImage() {
    Assumptions.assumeTrue(
        DockerClientFactory.instance().isDockerAvailable(),
        "No Docker engine answers: tests in containers need one");
    String named = System.getProperty("kafka.image");
    if (named == null) {
      throw new IllegalStateException("System property kafka.image has to name Kafka's image");
    }
    return DockerImageName.parse(named).asCompatibleSubstituteFor(KAFKA);
  }
}
