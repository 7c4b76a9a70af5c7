// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.cluster.broker;

/** One broker, wherever it runs. */
public interface Broker extends AutoCloseable {

  /** What clients put into {@code bootstrap.servers}. */
  String bootstrap();

  /** Ends it, with its data. */
  @Override
  void close();
}
