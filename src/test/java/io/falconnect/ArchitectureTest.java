// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;

@AnalyzeClasses(
    packages = "io.falconnect",
    importOptions = {ImportOption.DoNotIncludeTests.class})
class ArchitectureTest {
  @ArchTest
  static final ArchRule FAL_KNOWS_NO_KAFKA =
      noClasses()
          .that()
          .resideInAPackage("io.falconnect.fal..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.apache.kafka..",
              "io.falconnect.connect..",
              "io.falconnect.source..",
              "io.falconnect.sink..");

  @ArchTest
  static final ArchRule SOURCE_KNOWS_NO_SINK =
      noClasses()
          .that()
          .resideInAPackage("io.falconnect.source..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.falconnect.sink..");

  @ArchTest
  static final ArchRule SINK_KNOWS_NO_SOURCE =
      noClasses()
          .that()
          .resideInAPackage("io.falconnect.sink..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("io.falconnect.source..")
          .allowEmptyShould(true);

  @ArchTest
  static final ArchRule WHAT_THEY_SHARE_KNOWS_NO_CONNECTOR =
      noClasses()
          .that()
          .resideInAPackage("io.falconnect.connect..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.falconnect.source..", "io.falconnect.sink..");

  @ArchTest
  static final ArchRule NO_CYCLES =
      SlicesRuleDefinition.slices().matching("io.falconnect.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule NOBODY_SLEEPS =
      noClasses().should().callMethod(Thread.class, "sleep", long.class);

  @ArchTest
  static final ArchRule NOBODY_SLEEPS_BY_NANOS =
      noClasses().should().callMethod(Thread.class, "sleep", long.class, int.class);

  @ArchTest
  static final ArchRule NO_STANDARD_STREAMS =
      GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

  @ArchTest
  static final ArchRule NO_JAVA_LOGGING =
      GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING;
}
