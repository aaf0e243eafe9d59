package org.ntk4j.cpu.run;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.ntk4j.core.TensorScope;
import org.ntk4j.cpu.library.Workers;

/// What one call of a program runs in; used again and again, by one call at a time.
public final class Context implements AutoCloseable {
  private final Code code;
  private final Workers workers;
  private final BlockPool pool;
  private final Arena arguments = Arena.ofShared();
  private final Frame frame;
  private Optional<MemoryBlock> block = Optional.empty();

  /// Opened for this run, at its first use.
  private Optional<TensorScope> own = Optional.empty();

  private Optional<TensorScope> given = Optional.empty();

  /// Ready to run `code`.
  public Context(Code code, Workers workers, BlockPool pool) {
    this.code = code;
    this.workers = workers;
    this.pool = pool;
    this.frame =
        new Frame(
            code, this, arguments.allocate(ValueLayout.JAVA_LONG, code.arguments() + 1L).address());
  }

  Workers workers() {
    return workers;
  }

  /// Where the reference evaluator takes its memory from during this run.
  TensorScope temporaries() {
    if (given.isPresent()) {
      return given.get();
    }
    if (own.isEmpty()) {
      own = Optional.of(TensorScope.open());
    }
    return own.get();
  }

  /// Runs the program.
  ///
  /// @param inputs addresses of the inputs
  /// @param outputs addresses of the outputs
  /// @param temporaries where the reference evaluator takes its memory from; empty: from the system
  /// @param nanos where the time of each step goes, if that is wanted
  public void run(
      long[] inputs, long[] outputs, Optional<TensorScope> temporaries, Optional<long[]> nanos) {
    given = temporaries;
    frame.bindAll(code.schedule().inputs(), inputs);
    frame.bindAll(code.schedule().outputs(), outputs);
    MemoryBlock taken = pool.take(code.plan().arenaBytes(), block);
    try {
      if (block.isEmpty() || block.get() != taken) {
        frame.place(taken.address());
        block = Optional.of(taken);
      }
      nanos.ifPresentOrElse(frame::run, frame::run);
    } finally {
      pool.give(taken);
      own.ifPresent(TensorScope::close);
      own = Optional.empty();
      given = Optional.empty();
    }
  }

  /// Releases its memory.
  @Override
  public void close() {
    block.ifPresent(pool::release);
    arguments.close();
  }
}
