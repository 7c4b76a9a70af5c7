// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A room is a package. It uses exactly the rooms that {@code docs/design.md} lists for it. */
@AnalyzeClasses(
    packages = "io.falconnect",
    importOptions = {ImportOption.DoNotIncludeTests.class})
class RoomsTest {
  private static final Path PAGE = Path.of("docs/design.md");
  private static final String ROOT = "io.falconnect.";
  private static final String ARROW = " → ";

  @ArchTest
  static final ArchRule NO_CYCLES =
      SlicesRuleDefinition.slices().matching(ROOT + "(**)").should().beFreeOfCycles();

  @ArchTest
  static void aRoomUsesTheRoomsThatThePageListsAndNoOthers(JavaClasses classes) throws IOException {
    Map<String, Set<String>> used = new TreeMap<>();
    for (JavaClass type : classes) {
      Set<String> others = used.computeIfAbsent(roomOf(type), room -> new TreeSet<>());
      type.getDirectDependenciesFromSelf().stream()
          .map(Dependency::getTargetClass)
          .map(JavaClass::getBaseComponentType)
          .filter(target -> target.getPackageName().startsWith(ROOT))
          .map(RoomsTest::roomOf)
          .filter(room -> !room.equals(roomOf(type)))
          .forEach(others::add);
    }
    List<String> lines =
        used.entrySet().stream()
            .map(room -> room.getKey() + ARROW + String.join(", ", room.getValue()))
            .map(String::strip)
            .toList();
    assertThat(lines).containsExactlyInAnyOrderElementsOf(listed());
  }

  private static List<String> listed() throws IOException {
    try (var lines = Files.lines(PAGE)) {
      return lines
          .filter(line -> line.matches("(fal|connect|source|sink)[a-z.]* →.*"))
          .map(line -> line.replaceAll(" +", " ").strip())
          .toList();
    }
  }

  private static String roomOf(JavaClass type) {
    return type.getPackageName().substring(ROOT.length());
  }
}
