// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.fal.http;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that read streams, one for each open stream. They are virtual threads on Java 24 and
 * later, where {@code synchronized} does not pin the carrier thread (JEP 491). Before that they are
 * platform threads.
 */
public final class StreamThreads {
  private static final int FIRST_WITHOUT_PINNING = 24;

  /** Reading small events with OkHttp and TLS needs little stack; the default is 1 MiB. */
  private static final long PLATFORM_STACK_BYTES = 256 * 1024;

  private StreamThreads() {}

  /** Whether {@link #newExecutor} gives virtual threads on this runtime. */
  public static boolean areVirtual() {
    return Runtime.version().feature() >= FIRST_WITHOUT_PINNING;
  }

  /**
   * Creates an executor that never queues: each task gets its own thread at once. The threads are
   * daemons and end within seconds after their task.
   *
   * @param name the prefix of every thread's name
   */
  static ExecutorService newExecutor(String name) {
    return areVirtual() ? virtualExecutor(name) : platformExecutor(name);
  }

  private static ExecutorService platformExecutor(String name) {
    AtomicInteger count = new AtomicInteger();
    ThreadFactory factory =
        task -> {
          String threadName = name + "-" + count.getAndIncrement();
          Thread thread = new Thread(null, task, threadName, PLATFORM_STACK_BYTES);
          thread.setDaemon(true);
          return thread;
        };
    return new ThreadPoolExecutor(
        0, Integer.MAX_VALUE, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), factory);
  }

  /**
   * Calls {@code Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(name + "-",
   * 0).factory())} by method handles, because Java 17 does not have these methods.
   */
  private static ExecutorService virtualExecutor(String name) {
    try {
      MethodHandles.Lookup lookup = MethodHandles.publicLookup();
      Class<?> builder = Class.forName("java.lang.Thread$Builder");
      Class<?> ofVirtual = Class.forName("java.lang.Thread$Builder$OfVirtual");
      MethodHandle start =
          lookup.findStatic(Thread.class, "ofVirtual", MethodType.methodType(ofVirtual));
      MethodHandle named =
          lookup.findVirtual(
              builder, "name", MethodType.methodType(builder, String.class, long.class));
      MethodHandle factory =
          lookup.findVirtual(builder, "factory", MethodType.methodType(ThreadFactory.class));
      MethodHandle executor =
          lookup.findStatic(
              Executors.class,
              "newThreadPerTaskExecutor",
              MethodType.methodType(ExecutorService.class, ThreadFactory.class));
      Object virtualNamed = named.invoke(start.invoke(), name + "-", 0L);
      return (ExecutorService) executor.invoke((ThreadFactory) factory.invoke(virtualNamed));
    } catch (Throwable e) {
      throw new IllegalStateException("this runtime should have virtual threads", e);
    }
  }
}
