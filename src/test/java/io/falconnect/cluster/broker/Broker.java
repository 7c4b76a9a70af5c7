// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster.broker;

/** One broker, as a process or in a container. */
public interface Broker extends AutoCloseable {

  /** What clients put into {@code bootstrap.servers}. */
  String bootstrap();

  /** Ends the broker and deletes its data. */
  @Override
  void close();
}
