// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.source;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/**
 * What Connect gives a connector or task that starts.
 *
 * @param stored the stored offsets by source partition
 */
record StoredTrial(Map<Map<String, Object>, Map<String, Object>> stored)
    implements OffsetStorageReader {
  @Override
  public <T> Map<String, Object> offset(Map<String, T> partition) {
    return stored.get(partition);
  }

  @Override
  public <T> Map<Map<String, T>, Map<String, Object>> offsets(
      Collection<Map<String, T>> partitions) {
    Map<Map<String, T>, Map<String, Object>> found = new HashMap<>();
    partitions.forEach(partition -> found.put(partition, stored.get(partition)));
    return found;
  }
}
