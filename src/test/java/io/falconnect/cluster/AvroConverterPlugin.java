// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster;

import com.google.common.cache.Cache;
import com.google.common.util.concurrent.internal.InternalFutureFailureAccess;
import io.falconnect.cluster.process.BuildOutput;
import io.swagger.annotations.ApiModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.lang3.StringUtils;
import org.apache.pulsar.kafka.shade.io.confluent.connect.avro.AvroConverter;

/** Confluent's Avro converter as a plugin of workers: its code, repackaged by Apache Pulsar. */
public final class AvroConverterPlugin {
  /** Its name there. */
  public static final String CLASS = AvroConverter.class.getName();

  private static final List<Class<?>> PARTS =
      List.of(
          AvroConverter.class,
          Cache.class,
          InternalFutureFailureAccess.class,
          StringUtils.class,
          ApiModel.class);

  private AvroConverterPlugin() {}

  /** A folder for {@code plugin.path}. */
  public static Path folder() {
    Path folder = BuildOutput.newFolder("avro-converter");
    try {
      Path plugin = Files.createDirectory(folder.resolve("avro-converter"));
      for (Class<?> part : PARTS) {
        Path jar = Path.of(part.getProtectionDomain().getCodeSource().getLocation().toURI());
        Files.copy(jar, plugin.resolve(jar.getFileName()));
      }
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
