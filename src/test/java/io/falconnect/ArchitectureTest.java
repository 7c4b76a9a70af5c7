// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;

/** What the plugin may use besides its own packages; {@link RoomsTest} looks at those. */
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
          .resideInAPackage("org.apache.kafka..");

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

  /** Exceptions of Kafka may quote a part of a password: one class catches them all. */
  @ArchTest
  static final ArchRule ONE_CLASS_CREATES_KAFKA_CLIENTS =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName("io.falconnect.connect.KafkaClients")
          .should()
          .callConstructorWhere(createsA("org.apache.kafka.clients.consumer.KafkaConsumer"))
          .orShould()
          .callConstructorWhere(createsA("org.apache.kafka.clients.producer.KafkaProducer"))
          .orShould()
          .callMethod(Admin.class, "create", Map.class);

  private static DescribedPredicate<JavaConstructorCall> createsA(String type) {
    return DescribedPredicate.describe(
        "creates a " + type, call -> call.getTargetOwner().getName().equals(type));
  }

  /** Kafka's packages that are API: of Connect, of the clients, and of configurations. */
  private static final Set<String> KAFKA_API =
      Set.of(
          "org.apache.kafka.clients.admin",
          "org.apache.kafka.clients.consumer",
          "org.apache.kafka.clients.producer",
          "org.apache.kafka.common",
          "org.apache.kafka.common.config",
          "org.apache.kafka.common.config.types",
          "org.apache.kafka.common.errors",
          "org.apache.kafka.common.header",
          "org.apache.kafka.common.serialization",
          "org.apache.kafka.connect.connector",
          "org.apache.kafka.connect.data",
          "org.apache.kafka.connect.errors",
          "org.apache.kafka.connect.header",
          "org.apache.kafka.connect.sink",
          "org.apache.kafka.connect.source",
          "org.apache.kafka.connect.storage");

  /** All other classes of Kafka and OkHttp that are used, with the reason. */
  private static final Map<String, List<String>> INTERNALS =
      Map.of(
          "the plugin metrics of workers from Kafka 4.1 on take and return them",
          List.of(
              "org.apache.kafka.common.metrics.MetricValueProvider",
              "org.apache.kafka.common.metrics.PluginMetrics",
              "org.apache.kafka.common.metrics.Sensor",
              "org.apache.kafka.common.metrics.stats.Avg",
              "org.apache.kafka.common.metrics.stats.Max",
              "org.apache.kafka.common.metrics.stats.Percentile",
              "org.apache.kafka.common.metrics.stats.Percentiles",
              "org.apache.kafka.common.metrics.stats.Percentiles$BucketSizing"),
          "on older workers they publish the same metrics in JMX under the same names",
          List.of(
              "org.apache.kafka.common.metrics.JmxReporter",
              "org.apache.kafka.common.metrics.KafkaMetricsContext",
              "org.apache.kafka.common.metrics.Metrics"),
          "it reads key stores, trust stores and PEM texts exactly as Kafka's own ssl.* keys say",
          List.of("org.apache.kafka.common.security.ssl.DefaultSslEngineFactory"),
          "it parses sasl.jaas.config exactly as Kafka's clients do",
          List.of("org.apache.kafka.common.security.JaasContext"),
          "the default converter, which every worker has",
          List.of("org.apache.kafka.connect.json.JsonConverter"),
          "only these exceptions tell whether a server refused an HTTP/2 stream before reading it",
          List.of(
              "okhttp3.internal.http2.ConnectionShutdownException",
              "okhttp3.internal.http2.ErrorCode",
              "okhttp3.internal.http2.StreamResetException"));

  private static final Set<String> LISTED =
      INTERNALS.values().stream().flatMap(List::stream).collect(Collectors.toSet());

  private static final DescribedPredicate<JavaClass> INTERNAL_AND_NOT_LISTED =
      DescribedPredicate.describe(
          "are internal and not listed",
          type -> isInternal(type.getBaseComponentType()) && !isListed(type));

  @ArchTest
  static final ArchRule ONLY_LISTED_INTERNALS =
      noClasses().should().dependOnClassesThat(INTERNAL_AND_NOT_LISTED);

  @ArchTest
  static void everyListedInternalIsUsed(JavaClasses classes) {
    Set<String> used =
        classes.stream()
            .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
            .map(dependency -> dependency.getTargetClass().getBaseComponentType().getName())
            .collect(Collectors.toSet());
    assertThat(used).containsAll(LISTED);
  }

  private static boolean isInternal(JavaClass type) {
    String packageName = type.getPackageName();
    return packageName.startsWith("okhttp3.internal")
        || packageName.startsWith("org.apache.kafka") && !KAFKA_API.contains(packageName);
  }

  private static boolean isListed(JavaClass type) {
    return LISTED.contains(type.getBaseComponentType().getName());
  }
}
