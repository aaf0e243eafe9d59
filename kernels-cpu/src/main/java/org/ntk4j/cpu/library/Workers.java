package org.ntk4j.cpu.library;

import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/// Threads that share the numbered pieces of jobs; the caller of a job takes part.
///
/// What a piece is must not depend on the number of threads: then the result does not either. Many
/// threads may call at once, pieces included: a caller can finish its job alone, and waits only for
/// pieces that somebody is at work on.
public final class Workers implements AutoCloseable {
  /// The system property with the number of threads of [#shared].
  public static final String THREADS = "org.ntk4j.threads";

  /// The most threads.
  public static final int THREADS_MAX = 9999;

  /// Less work than this is not worth another thread.
  private static final double WORTH_A_THREAD_NANOS = 10_000;

  /// A thread without work looks for some so long before it sleeps; to wake it costs some 10 µs.
  static final long SPIN_NANOS = 50_000;

  private static final int SPINS_PER_LOOK = 32;

  private static Optional<Workers> shared = Optional.empty();

  private final Queue<Job> jobs = new ConcurrentLinkedQueue<>();
  private final Helper[] helpers;
  private final AtomicBoolean started = new AtomicBoolean();
  private volatile boolean closed;

  /// @param threads at least 1, the caller included
  public Workers(int threads) {
    this.helpers =
        IntStream.range(1, checked(threads)).mapToObj(Helper::new).toArray(Helper[]::new);
  }

  /// This number of threads.
  ///
  /// @throws IllegalArgumentException if it is below 1
  public static int checked(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads; expected at least 1");
    }
    return threads;
  }

  /// Those of the process: as many as the property [#THREADS] says, else as there are processors.
  ///
  /// @throws IllegalArgumentException if it says no number of threads
  public static synchronized Workers shared() {
    // Not made by the initialization of a class: its failure would hide what the mistake was.
    if (shared.isEmpty()) {
      shared = Optional.of(new Workers(configuredThreads()));
    }
    return shared.get();
  }

  private static int configuredThreads() {
    String text = System.getProperty(THREADS, "").strip();
    if (text.isEmpty()) {
      return Runtime.getRuntime().availableProcessors();
    }
    if (!text.matches("[1-9][0-9]{0,3}")) {
      throw new IllegalArgumentException(
          "-D" + THREADS + "=" + text + "; expected a number of threads from 1 to " + THREADS_MAX);
    }
    return Integer.parseInt(text);
  }

  /// Threads that can be at work on one job.
  public int threads() {
    return helpers.length + 1;
  }

  /// The work of a job.
  @FunctionalInterface
  public interface Work {
    /// Does piece `piece`.
    ///
    /// @param lane below [#threads]; of two threads at work on one job no two are in one lane
    void piece(int piece, int lane);
  }

  /// Runs `work` once for each `0 <= piece < pieces`; returns when all are done. What a piece
  /// throws, this throws when nobody is at work any more; some others may then never be done.
  public void run(int pieces, IntConsumer work) {
    run(pieces, (piece, _) -> work.accept(piece));
  }

  /// As [#run(int, IntConsumer)], of work that is told its lane.
  public void run(int pieces, Work work) {
    if (pieces < 2 || helpers.length == 0 || closed) {
      alone(pieces, work);
      return;
    }
    Job job = new Job(pieces, threads(), work);
    start();
    jobs.add(job);
    wake(Math.min(pieces - 1, helpers.length));
    job.help(0);
    jobs.remove(job);
    job.await();
  }

  /// Runs the pieces in the calling thread if all are about `nanos` of work together and that is
  /// too little to share.
  public void run(int pieces, double nanos, IntConsumer work) {
    run(pieces, nanos, (piece, _) -> work.accept(piece));
  }

  /// As [#run(int, double, IntConsumer)], of work that is told its lane.
  public void run(int pieces, double nanos, Work work) {
    if (nanos < WORTH_A_THREAD_NANOS) {
      alone(pieces, work);
    } else {
      run(pieces, work);
    }
  }

  private static void alone(int pieces, Work work) {
    for (int piece = 0; piece < pieces; piece++) {
      work.piece(piece, 0);
    }
  }

  private void start() {
    if (!started.get() && started.compareAndSet(false, true)) {
      for (Helper helper : helpers) {
        helper.thread.start();
      }
    }
  }

  private void wake(int count) {
    int left = count;
    for (int i = 0; i < helpers.length && left > 0; i++) {
      left -= helpers[i].wake() ? 1 : 0;
    }
  }

  /// Ends the threads; jobs still run, in their callers' threads.
  @Override
  public void close() {
    closed = true;
    wake(helpers.length);
  }

  /// A thread of ours.
  private final class Helper {
    private final int lane;
    private final Thread thread;
    private final AtomicBoolean asleep = new AtomicBoolean();

    Helper(int lane) {
      this.lane = lane;
      thread = new Thread(this::loop, "ntk4j-cpu-" + lane);
      thread.setDaemon(true);
    }

    boolean wake() {
      if (asleep.get() && asleep.compareAndSet(true, false)) {
        LockSupport.unpark(thread);
        return true;
      }
      return false;
    }

    private void loop() {
      long idleSince = System.nanoTime();
      while (!closed) {
        if (helpOne()) {
          idleSince = System.nanoTime();
        } else if (System.nanoTime() - idleSince > SPIN_NANOS) {
          sleep();
          idleSince = System.nanoTime();
        } else {
          pause();
        }
      }
    }

    private boolean helpOne() {
      Job job = jobs.peek();
      if (job == null) {
        return false;
      }
      job.help(lane);
      // Its caller removes it too: whoever comes first.
      jobs.remove(job);
      return true;
    }

    /// Whoever adds a job after the last look here sees that we are asleep.
    private void sleep() {
      asleep.set(true);
      while (asleep.get() && jobs.isEmpty() && !closed) {
        LockSupport.park(Workers.this);
      }
      asleep.set(false);
    }
  }

  static void pause() {
    for (int i = 0; i < SPINS_PER_LOOK; i++) {
      Thread.onSpinWait();
    }
  }
}
