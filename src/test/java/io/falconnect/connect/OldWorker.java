// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.connect;

import java.lang.reflect.Proxy;

/** What a task gets from a worker before Kafka 4.1, as far as metrics go. */
public final class OldWorker {
  private OldWorker() {}

  /** A context that has none of the newer methods, and none of the others either. */
  public static <C> C context(Class<C> type) {
    Object context =
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, args) -> {
              throw new NoSuchMethodError(method.getName());
            });
    return type.cast(context);
  }
}
