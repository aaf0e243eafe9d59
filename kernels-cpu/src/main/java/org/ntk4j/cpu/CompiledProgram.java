package org.ntk4j.cpu;

import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;
import org.ntk4j.cpu.library.Workers;
import org.ntk4j.cpu.run.BlockPool;
import org.ntk4j.cpu.run.Code;
import org.ntk4j.cpu.run.CodeBuilder;
import org.ntk4j.cpu.run.Context;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.eval.CompiledSchedule;
import org.ntk4j.ir.schedule.Schedule;

/// A program compiled for this machine's processor.
///
/// A call takes no memory but for its results and, on the heap, for some small objects: what it
/// works in is kept from call to call. Many threads may call at once. The results have the same
/// bits for every number of threads.
public final class CompiledProgram extends CompiledSchedule {
  private final List<Tensor> constants;
  private final Code code;
  private final Runnable release;
  private final Workers workers;

  /// Contexts that no call uses; guarded by itself.
  private final Deque<Context> idle = new ArrayDeque<>();

  /// @param endWorkers ends the workers if they are the program's own; called when it is released
  CompiledProgram(
      List<Aval> inputs,
      List<Aval> outputs,
      Schedule schedule,
      CodeBuilder.Built built,
      Workers workers,
      Runnable endWorkers) {
    super(schedule, built.code().plan(), inputs, outputs);
    this.constants = built.code().constants();
    this.code = built.code();
    this.release =
        () -> {
          built.release().run();
          endWorkers.run();
        };
    this.workers = workers;
  }

  @Override
  protected void run(Call call, Optional<TensorScope> temporaries) {
    run(call, temporaries, Optional.empty());
  }

  private void run(Call call, Optional<TensorScope> temporaries, Optional<long[]> nanos) {
    segments(constants); // Throws if one was released.
    Context context = take();
    try {
      context.run(addresses(call.read()), addresses(call.written()), temporaries, nanos);
    } finally {
      give(context);
    }
  }

  @Override
  protected double[] stepSeconds(Call call, int repetitions) {
    run(call, Optional.empty());
    long[] nanos = new long[code.schedule().steps().size()];
    double[] least = new double[nanos.length];
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    for (int i = 0; i < repetitions; i++) {
      run(call, Optional.empty(), Optional.of(nanos));
      for (int s = 0; s < least.length; s++) {
        least[s] = Math.min(least[s], 1e-9 * nanos[s]);
      }
    }
    return least;
  }

  private static long[] addresses(List<MemorySegment> segments) {
    long[] addresses = new long[segments.size()];
    for (int i = 0; i < addresses.length; i++) {
      addresses[i] = segments.get(i).address();
    }
    return addresses;
  }

  private Context take() {
    synchronized (idle) {
      return idle.isEmpty() ? new Context(code, workers, BlockPool.shared()) : idle.pop();
    }
  }

  private void give(Context context) {
    synchronized (idle) {
      idle.push(context);
    }
  }

  @Override
  protected void release() {
    synchronized (idle) {
      idle.forEach(Context::close);
      idle.clear();
    }
    release.run();
  }
}
