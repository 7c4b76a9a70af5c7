// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

/** The edges between the rooms of the simulator, the clusters, the demo and the benchmark. */
@AnalyzeClasses(
    packages = "io.falconnect",
    importOptions = {ImportOption.OnlyIncludeTests.class})
class TestRoomsTest {
  @ArchTest
  static final ArchRule SIMULATOR_KNOWS_NO_PLUGIN =
      noClasses()
          .that()
          .resideInAPackage("io.falconnect.simulator..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.falconnect.fal..",
              "io.falconnect.connect..",
              "io.falconnect.source..",
              "io.falconnect.sink..",
              "org.apache.kafka..");

  @ArchTest
  static final ArchRule CLUSTERS_KNOW_NO_PLUGIN =
      noClasses()
          .that()
          .resideInAPackage("io.falconnect.cluster..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.falconnect.fal..",
              "io.falconnect.connect..",
              "io.falconnect.source..",
              "io.falconnect.sink..");

  @ArchTest static final ArchRule NO_CYCLES_IN_THE_SIMULATOR = noCyclesIn("simulator");

  @ArchTest static final ArchRule NO_CYCLES_IN_THE_CLUSTERS = noCyclesIn("cluster");

  @ArchTest static final ArchRule NO_CYCLES_IN_THE_DEMO = noCyclesIn("demo");

  @ArchTest static final ArchRule NO_CYCLES_IN_THE_BENCHMARK = noCyclesIn("benchmark");

  @ArchTest static final ArchRule SIMULATOR_ROOMS_KNOW_NO_ROOT = noRootKnownIn("simulator");

  @ArchTest static final ArchRule CLUSTER_ROOMS_KNOW_NO_ROOT = noRootKnownIn("cluster");

  @ArchTest static final ArchRule DEMO_ROOMS_KNOW_NO_ROOT = noRootKnownIn("demo");

  @ArchTest static final ArchRule BENCHMARK_ROOMS_KNOW_NO_ROOT = noRootKnownIn("benchmark");

  private static ArchRule noCyclesIn(String area) {
    return SlicesRuleDefinition.slices()
        .matching("io.falconnect." + area + ".(*)..")
        .should()
        .beFreeOfCycles();
  }

  /** Tests of a room start the whole: only they know the area's root package. */
  private static ArchRule noRootKnownIn(String area) {
    return noClasses()
        .that()
        .resideInAPackage("io.falconnect." + area + ".*..")
        .and(JavaClass.Predicates.simpleNameEndingWith("Test").negate())
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.falconnect." + area);
  }
}
