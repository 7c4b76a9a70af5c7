// Licensed under the Apache License, Version 2.0: see LICENSE at the root of this repository.
package io.falconnect.simulator.http;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** The event loop: the only thread that reads and changes a simulator's state. */
public final class EventLoop implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 30;

  private final Vertx vertx;
  private final Context context;
  private final Thread thread;

  public EventLoop() {
    vertx =
        Vertx.vertx(
            new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                    new FileSystemOptions()
                        .setClassPathResolvingEnabled(false)
                        .setFileCachingEnabled(false)));
    context = vertx.getOrCreateContext();
    CompletableFuture<Thread> started = new CompletableFuture<>();
    context.runOnContext(nothing -> started.complete(Thread.currentThread()));
    thread = await(started);
  }

  Vertx vertx() {
    return vertx;
  }

  /** Runs a task on the event loop and waits for its result. Any thread may call it. */
  public <T> T call(Supplier<T> task) {
    if (Thread.currentThread() == thread) {
      return task.get();
    }
    CompletableFuture<T> outcome = new CompletableFuture<>();
    context.runOnContext(
        nothing -> {
          try {
            outcome.complete(task.get());
          } catch (RuntimeException e) {
            outcome.completeExceptionally(e);
          }
        });
    return await(outcome);
  }

  public void run(Runnable task) {
    call(
        () -> {
          task.run();
          return null;
        });
  }

  /** Runs a task on the event loop without waiting for it. */
  void runLater(Runnable task) {
    context.runOnContext(nothing -> task.run());
  }

  public long schedule(Duration delay, Runnable task) {
    return vertx.setTimer(Math.max(1, delay.toMillis()), id -> task.run());
  }

  public void repeat(Duration pause, Runnable task) {
    vertx.setPeriodic(Math.max(1, pause.toMillis()), id -> task.run());
  }

  public void cancel(long timer) {
    vertx.cancelTimer(timer);
  }

  static <T> T await(Future<T> future) {
    return await(future.toCompletionStage().toCompletableFuture());
  }

  @Override
  public void close() {
    await(vertx.close());
  }

  private static <T> T await(CompletableFuture<T> future) {
    try {
      return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the simulator", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause
          ? cause
          : new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException("the simulator does not answer", e);
    }
  }
}
