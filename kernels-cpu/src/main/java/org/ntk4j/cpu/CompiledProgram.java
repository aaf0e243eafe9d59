package org.ntk4j.cpu;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;
import org.ntk4j.cpu.library.Workers;
import org.ntk4j.cpu.run.BlockPool;
import org.ntk4j.cpu.run.Code;
import org.ntk4j.cpu.run.CodeBuilder;
import org.ntk4j.cpu.run.Context;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.eval.CallChecks;
import org.ntk4j.ir.eval.CompiledFunction;
import org.ntk4j.ir.schedule.Dependents;
import org.ntk4j.ir.schedule.Rates;
import org.ntk4j.ir.schedule.Schedule;
import org.ntk4j.ir.schedule.Step;
import org.ntk4j.ir.schedule.StepText;
import org.ntk4j.ir.schedule.StepTimes;

/// A program compiled for this machine's processor.
///
/// A call allocates nothing but its results; many threads may call at once. The results have the
/// same bits for every number of threads. Tensors must not be released, nor changed, while a call
/// that was given them is under way.
public final class CompiledProgram implements CompiledFunction {
  private final List<Aval> inputs;
  private final List<Aval> outputs;
  private final List<Tensor> constants;
  private final Code code;
  private final Runnable release;
  private final Workers workers;
  private final long peakBytes;

  /// Contexts that no call uses; guarded by this object, as what follows.
  private final Deque<Context> idle = new ArrayDeque<>();

  private int running;
  private boolean closed;

  CompiledProgram(
      List<Aval> inputs,
      List<Aval> outputs,
      Schedule schedule,
      CodeBuilder.Built built,
      Workers workers) {
    this.inputs = List.copyOf(inputs);
    this.outputs = List.copyOf(outputs);
    this.constants = built.code().constants();
    this.code = built.code();
    this.release = built.release();
    this.workers = workers;
    this.peakBytes = code.plan().totalBytes(schedule);
  }

  @Override
  public List<Tensor> run(List<Tensor> arguments) {
    List<Tensor> results = outputs.stream().map(y -> Tensor.zeros(y.dtype(), y.shape())).toList();
    run(arguments, results);
    return results;
  }

  @Override
  public List<Tensor> run(List<Tensor> arguments, TensorScope scope) {
    CallChecks.check("argument", inputs, arguments);
    List<Tensor> results = outputs.stream().map(y -> scope.allocate(y.dtype(), y.shape())).toList();
    try (TensorScope temporaries = TensorScope.openWithin(scope)) {
      temporaries.count(workBytes());
      run(arguments, results, Optional.of(temporaries), Optional.empty());
    }
    return results;
  }

  /// Writes the outputs for these arguments to `results`.
  ///
  /// @param results of the outputs' avals; they share no memory with an argument or each other
  /// @throws IllegalArgumentException if the tensors are not those that the program expects
  /// @throws IllegalStateException if the program is closed
  public void run(List<Tensor> arguments, List<Tensor> results) {
    run(arguments, results, Optional.empty(), Optional.empty());
  }

  /// A step of the program, and how long it took.
  ///
  /// @param step in a few words
  /// @param outputs numbers of the outputs that depend on it
  /// @param predicted seconds, by the rates given
  /// @param measured seconds
  public record TimedStep(
      String step, SortedSet<Integer> outputs, double predicted, double measured) {
    public TimedStep {
      outputs = Collections.unmodifiableSortedSet(new TreeSet<>(outputs));
    }
  }

  /// What the steps of a run took: the least of `repetitions` runs, after one that is not timed.
  ///
  /// @param rates by which times are predicted
  /// @throws IllegalArgumentException if the tensors are not those that the program expects
  public List<TimedStep> profile(List<Tensor> arguments, Rates rates, int repetitions) {
    List<Tensor> results = run(arguments);
    List<Step> steps = code.schedule().steps();
    long[] least = new long[steps.size()];
    Arrays.fill(least, Long.MAX_VALUE);
    long[] nanos = new long[steps.size()];
    for (int i = 0; i < repetitions; i++) {
      run(arguments, results, Optional.empty(), Optional.of(nanos));
      for (int s = 0; s < least.length; s++) {
        least[s] = Math.min(least[s], nanos[s]);
      }
    }
    StepTimes times = new StepTimes(rates);
    List<SortedSet<Integer>> outputs = Dependents.of(code.schedule());
    List<TimedStep> timed = new ArrayList<>();
    for (int s = 0; s < least.length; s++) {
      double predicted = times.seconds(steps.get(s), code.schedule());
      String text = StepText.of(steps.get(s));
      timed.add(new TimedStep(text, outputs.get(s), predicted, 1e-9 * least[s]));
    }
    return timed;
  }

  private void run(
      List<Tensor> arguments,
      List<Tensor> results,
      Optional<TensorScope> temporaries,
      Optional<long[]> nanos) {
    CallChecks.check("argument", inputs, arguments);
    CallChecks.check("result", outputs, results);
    List<MemorySegment> written = segments(results);
    List<MemorySegment> read = segments(arguments);
    CallChecks.checkApart(written, read);
    segments(constants); // Throws if one was released.
    Context context = enter();
    try {
      context.run(addresses(read), addresses(written), temporaries, nanos);
    } finally {
      leave(context);
      Reference.reachabilityFence(arguments);
      Reference.reachabilityFence(results);
    }
  }

  private static List<MemorySegment> segments(List<Tensor> tensors) {
    List<MemorySegment> segments = new ArrayList<>(tensors.size());
    for (Tensor t : tensors) {
      segments.add(t.segment());
    }
    return segments;
  }

  private static long[] addresses(List<MemorySegment> segments) {
    long[] addresses = new long[segments.size()];
    for (int i = 0; i < addresses.length; i++) {
      addresses[i] = segments.get(i).address();
    }
    return addresses;
  }

  private synchronized Context enter() {
    if (closed) {
      throw new IllegalStateException("the compiled program was closed; compile it again");
    }
    Context context = idle.isEmpty() ? new Context(code, workers, BlockPool.shared()) : idle.pop();
    running++;
    return context;
  }

  private synchronized void leave(Context context) {
    running--;
    idle.push(context);
    if (closed && running == 0) {
      release();
    }
  }

  /// Bytes in use during a call, known before it: inputs, outputs and everything between, but for
  /// what the reference evaluator takes for a step that is left to it.
  @Override
  public long peakBytes() {
    return peakBytes;
  }

  /// Memory of a call in bytes without inputs and outputs.
  public long workBytes() {
    return code.plan().arenaBytes();
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      if (running == 0) {
        release();
      }
    }
  }

  private void release() {
    idle.forEach(Context::close);
    idle.clear();
    release.run();
  }
}
