// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Links of Markdown pages to what lies beside them. */
public final class Links {
  private static final String REPOSITORY =
      "https://github.com/falconnect/kafka-connect-fal/blob/main/";
  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
  private static final Pattern ELSEWHERE = Pattern.compile("(https?|mailto):.*");
  private static final Pattern CODE = Pattern.compile("(?ms)^ *```.*?^ *```");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");

  private Links() {}

  /** The pages of a folder and of the folders in it that are named. */
  public static List<Path> pages(Path root, String... folders) {
    return Stream.concat(Stream.of(root), Stream.of(folders).map(root::resolve))
        .flatMap(folder -> list(folder).stream())
        .filter(file -> file.toString().endsWith(".md"))
        .sorted()
        .toList();
  }

  /** The links of pages that lead nowhere: there is no such file, or no such heading in it. */
  public static List<String> broken(List<Path> pages) {
    return pages.stream()
        .flatMap(
            page ->
                targets(page)
                    .filter(target -> !ELSEWHERE.matcher(target).matches())
                    .filter(target -> !leadsSomewhere(page, target))
                    .map(target -> page + ": " + target))
        .toList();
  }

  /** What pages link to in the repository by its URL, as paths. */
  static List<String> inRepository(List<Path> pages) {
    return pages.stream()
        .flatMap(Links::targets)
        .filter(target -> target.startsWith(REPOSITORY))
        .map(target -> target.substring(REPOSITORY.length()))
        .toList();
  }

  private static boolean leadsSomewhere(Path page, String target) {
    String[] parts = target.split("#", 2);
    Path file = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
    return Files.exists(file) && (parts.length == 1 || anchors(file).contains(parts[1]));
  }

  private static Stream<String> targets(Path page) {
    return LINK.matcher(prose(page)).results().map(link -> link.group(1));
  }

  /** As GitHub makes them of headings. */
  private static Set<String> anchors(Path page) {
    Set<String> anchors = new HashSet<>();
    Map<String, Integer> times = new HashMap<>();
    HEADING
        .matcher(prose(page))
        .results()
        .map(heading -> heading.group(1).strip().toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .forEach(
            anchor -> {
              int before = times.merge(anchor, 1, Integer::sum) - 1;
              anchors.add(before == 0 ? anchor : anchor + "-" + before);
            });
    return anchors;
  }

  private static String prose(Path page) {
    try {
      return CODE.matcher(Files.readString(page)).replaceAll("");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
