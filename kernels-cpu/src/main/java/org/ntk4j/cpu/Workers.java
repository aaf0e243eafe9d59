package org.ntk4j.cpu;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/// Threads that share the numbered pieces of one job; the caller takes part.
///
/// What a piece is must not depend on the number of threads: then the result does not either.
final class Workers {
  private final int threads;
  private final ExecutorService pool;

  /// @param threads at least 1, the caller included
  Workers(int threads) {
    this.threads = threads;
    this.pool =
        Executors.newFixedThreadPool(
            Math.max(1, threads - 1),
            task -> {
              Thread thread = new Thread(task, "ntk4j-cpu");
              thread.setDaemon(true);
              return thread;
            });
  }

  /// Runs `work` once for each `0 <= piece < pieces`; returns when all are done.
  void run(int pieces, IntConsumer work) {
    Job job = new Job(pieces, work);
    for (int i = 1; i < Math.min(threads, pieces); i++) {
      pool.execute(job);
    }
    job.run();
    job.await();
  }

  private static final class Job implements Runnable {
    private final int pieces;
    private final IntConsumer work;
    private final AtomicInteger next = new AtomicInteger();
    private final CountDownLatch undone;
    private final Queue<RuntimeException> exceptions = new ConcurrentLinkedQueue<>();
    private final Queue<Error> errors = new ConcurrentLinkedQueue<>();

    Job(int pieces, IntConsumer work) {
      this.pieces = pieces;
      this.work = work;
      this.undone = new CountDownLatch(pieces);
    }

    @Override
    public void run() {
      for (int piece = next.getAndIncrement(); piece < pieces; piece = next.getAndIncrement()) {
        try {
          work.accept(piece);
        } catch (RuntimeException e) {
          exceptions.add(e);
        } catch (Error e) {
          errors.add(e);
        } finally {
          undone.countDown();
        }
      }
    }

    void await() {
      boolean interrupted = false;
      while (true) {
        try {
          undone.await();
          break;
        } catch (InterruptedException e) {
          // Native code is writing into our caller's memory: we cannot leave before it is done.
          interrupted = true;
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      if (!errors.isEmpty()) {
        throw errors.remove();
      }
      if (!exceptions.isEmpty()) {
        throw exceptions.remove();
      }
    }
  }
}
