// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Packs test classes into a plugin, for workers that never see this JVM's class path. */
public final class PluginJar {

  private PluginJar() {}

  /**
   * Writes a folder to go on a {@code plugin.path}.
   *
   * @param service what it is a plugin for, such as {@code SourceConnector}
   * @param plugin the class that is the plugin
   * @param others what else it needs
   */
  public static Path write(Path folder, Class<?> service, Class<?> plugin, Class<?>... others) {
    Path jar = folder.resolve("plugin").resolve(plugin.getSimpleName() + ".jar");
    try {
      Files.createDirectories(jar.getParent());
      try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
        add(zip, "META-INF/services/" + service.getName(), plugin.getName().getBytes(UTF_8));
        addClass(zip, plugin);
        for (Class<?> other : List.of(others)) {
          addClass(zip, other);
        }
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void addClass(ZipOutputStream zip, Class<?> type) throws IOException {
    String path = type.getName().replace('.', '/') + ".class";
    try (InputStream bytes = type.getClassLoader().getResourceAsStream(path)) {
      add(zip, path, bytes.readAllBytes());
    }
  }

  private static void add(ZipOutputStream zip, String path, byte[] bytes) throws IOException {
    zip.putNextEntry(new ZipEntry(path));
    zip.write(bytes);
    zip.closeEntry();
  }
}
