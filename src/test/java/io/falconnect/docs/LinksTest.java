// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Links in the repository; {@code ArchiveIT} looks at those of the archive. */
class LinksTest {
  private static final List<Path> PAGES = Links.pages(Path.of(""), "docs");

  @Test
  void everyLinkLeadsSomewhere() {
    assertThat(PAGES).contains(Path.of("README.md"), Path.of("docs/operations.md"));
    assertThat(Links.broken(PAGES)).isEmpty();
  }

  @Test
  void whatIsLinkedByTheUrlOfTheRepositoryIsInIt() {
    assertThat(Links.inRepository(PAGES))
        .isNotEmpty()
        .allSatisfy(path -> assertThat(Path.of(path)).exists());
  }

  @Test
  void brokenOnesAreFound(@TempDir Path folder) throws IOException {
    Path page = folder.resolve("page.md");
    Files.writeString(
        page,
        """
        # A `code`, twice
        ## Twice
        ## Twice
        [a](#a-code-twice) [b](page.md#twice-1) [c](https://example.org/none)
        [d](#twice-2) [e](none.md) [f](page.md#none)
        ```
        # No heading
        [g](none.md)
        ```
        [h](#no-heading)
        """);
    assertThat(Links.broken(List.of(page)))
        .extracting(broken -> broken.substring(broken.indexOf(": ") + 2))
        .containsExactly("#twice-2", "none.md", "page.md#none", "#no-heading");
  }
}
