package org.ntk4j.cpu.library;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// The numbered pieces of one call of [Workers#run], handed out in chunks.
final class Job {
  /// Chunks per thread: few enough to cost nothing, enough to even out what takes longer.
  private static final int CHUNKS_PER_THREAD = 16;

  private final int pieces;
  private final int chunk;
  private final Workers.Work work;
  private final Thread caller = Thread.currentThread();
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicInteger undone;
  private final Queue<Throwable> thrown = new ConcurrentLinkedQueue<>();
  private volatile boolean asleep;

  Job(int pieces, int threads, Workers.Work work) {
    this.pieces = pieces;
    this.chunk = Math.max(1, pieces / (threads * CHUNKS_PER_THREAD));
    this.undone = new AtomicInteger(pieces);
    this.work = work;
  }

  /// Works until no piece is left to begin.
  void help(int lane) {
    // Looked at before: the counter would overflow if everybody who comes late counted on.
    while (next.get() < pieces) {
      int from = next.getAndAdd(chunk);
      int to = (int) Math.min(pieces, (long) from + chunk);
      if (from >= pieces || from < 0) {
        return;
      }
      for (int piece = from; piece < to; piece++) {
        one(piece, lane);
      }
      if (undone.addAndGet(from - to) == 0 && asleep) {
        LockSupport.unpark(caller);
      }
    }
  }

  private void one(int piece, int lane) {
    try {
      work.piece(piece, lane);
    } catch (RuntimeException | Error e) {
      thrown.add(e);
    }
  }

  /// Returns when all pieces are done. An interruption does not end it: native code may be writing
  /// into our caller's memory.
  void await() {
    long since = System.nanoTime();
    boolean interrupted = false;
    while (undone.get() > 0) {
      if (System.nanoTime() - since < Workers.SPIN_NANOS) {
        Workers.pause();
      } else {
        asleep = true;
        if (undone.get() > 0) {
          LockSupport.park(this);
          interrupted |= Thread.interrupted();
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    Throwable e = thrown.peek();
    if (e instanceof Error error) {
      throw error;
    }
    if (e instanceof RuntimeException exception) {
      throw exception;
    }
  }
}
