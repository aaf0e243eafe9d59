package org.ntk4j.ir.eval;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.schedule.MemoryPlan;
import org.ntk4j.ir.schedule.Rates;
import org.ntk4j.ir.schedule.Schedule;

/// A schedule made ready to run by a back end: what is the same for all of them. What a call is
/// given is checked, and what the program holds is released when it is closed and the last call has
/// returned.
///
/// Tensors must not be released, nor changed, while a call that was given them is under way.
public abstract class CompiledSchedule implements CompiledFunction {
  private final Schedule schedule;
  private final MemoryPlan plan;
  private final List<Aval> inputs;
  private final List<Aval> outputs;

  /// Calls under way; guarded by this object, as what follows.
  private int running;

  private boolean closed;

  /// @param inputs avals of the inputs
  /// @param outputs avals of the outputs
  protected CompiledSchedule(
      Schedule schedule, MemoryPlan plan, List<Aval> inputs, List<Aval> outputs) {
    this.schedule = schedule;
    this.plan = plan;
    this.inputs = List.copyOf(inputs);
    this.outputs = List.copyOf(outputs);
  }

  /// What a call is given, checked: it lives, and no result shares memory with anything else.
  ///
  /// @param arguments the tensors themselves
  /// @param read their elements
  /// @param written where the elements of the outputs go
  protected record Call(
      List<Tensor> arguments, List<MemorySegment> read, List<MemorySegment> written) {
    public Call {
      arguments = List.copyOf(arguments);
      read = List.copyOf(read);
      written = List.copyOf(written);
    }
  }

  /// Computes the outputs.
  ///
  /// @param temporaries where the reference evaluator takes its memory from; empty: from the system
  protected abstract void run(Call call, Optional<TensorScope> temporaries);

  /// Seconds of each step: the least of `repetitions` runs, after some that are not timed.
  protected abstract double[] stepSeconds(Call call, int repetitions);

  /// Releases what belongs to the program. Called once, when nobody uses it any more.
  protected abstract void release();

  @Override
  public final List<Tensor> run(List<Tensor> arguments) {
    List<Tensor> results = empty();
    run(arguments, results);
    return results;
  }

  @Override
  public final List<Tensor> run(List<Tensor> arguments, TensorScope scope) {
    CallChecks.check("argument", inputs, arguments);
    List<Tensor> results = new ArrayList<>();
    try (TensorScope temporaries = TensorScope.openWithin(scope)) {
      outputs.forEach(y -> results.add(scope.allocate(y.dtype(), y.shape())));
      temporaries.count(workBytes());
      run(arguments, results, Optional.of(temporaries));
    } catch (RuntimeException | Error failure) {
      results.forEach(scope::release);
      throw failure;
    }
    return List.copyOf(results);
  }

  /// Writes the outputs for these arguments to `results`.
  ///
  /// @param results of the outputs' avals; they share no memory with an argument or each other
  /// @throws IllegalArgumentException if the tensors are not those that the program expects
  /// @throws IllegalStateException if the program is closed
  public final void run(List<Tensor> arguments, List<Tensor> results) {
    run(arguments, results, Optional.empty());
  }

  private void run(
      List<Tensor> arguments, List<Tensor> results, Optional<TensorScope> temporaries) {
    call(
        arguments,
        results,
        call -> {
          run(call, temporaries);
          return true;
        });
  }

  @Override
  public final List<TimedStep> profile(List<Tensor> arguments, Rates rates, int repetitions) {
    double[] seconds = call(arguments, call -> stepSeconds(call, repetitions));
    return TimedStep.of(schedule, rates, seconds);
  }

  /// What `use` makes of a call whose results nobody asks for.
  ///
  /// @throws IllegalArgumentException if the arguments are not those that the program expects
  /// @throws IllegalStateException if the program is closed
  protected final <R> R call(List<Tensor> arguments, Function<Call, R> use) {
    return call(arguments, empty(), use);
  }

  private List<Tensor> empty() {
    return outputs.stream().map(y -> Tensor.zeros(y.dtype(), y.shape())).toList();
  }

  private <R> R call(List<Tensor> arguments, List<Tensor> results, Function<Call, R> use) {
    CallChecks.check("argument", inputs, arguments);
    CallChecks.check("result", outputs, results);
    Call call = new Call(arguments, segments(arguments), segments(results));
    CallChecks.checkApart(call.written(), call.read());
    enter();
    try {
      return use.apply(call);
    } finally {
      leave();
      Reference.reachabilityFence(arguments);
      Reference.reachabilityFence(results);
    }
  }

  /// The elements of tensors; throws if one was released.
  protected static List<MemorySegment> segments(List<Tensor> tensors) {
    return tensors.stream().map(Tensor::segment).toList();
  }

  private synchronized void enter() {
    if (closed) {
      throw new IllegalStateException("the compiled program was closed; compile it again");
    }
    running++;
  }

  private void leave() {
    boolean last;
    synchronized (this) {
      running--;
      last = closed && running == 0;
    }
    if (last) {
      release();
    }
  }

  @Override
  public final void close() {
    boolean unused;
    synchronized (this) {
      unused = !closed && running == 0;
      closed = true;
    }
    if (unused) {
      release();
    }
  }

  /// Bytes in use during a call, known before it: inputs, outputs and everything between. What it
  /// does not count is what the reference evaluator takes for a step that is left to it, and, on a
  /// card, the program's constants and the rounding up of places.
  @Override
  public final long peakBytes() {
    return plan.totalBytes(schedule);
  }

  /// Memory of a call in bytes without inputs and outputs.
  public final long workBytes() {
    return plan.arenaBytes();
  }
}
