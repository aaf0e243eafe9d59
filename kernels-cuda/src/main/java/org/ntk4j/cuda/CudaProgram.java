package org.ntk4j.cuda;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;
import org.ntk4j.cuda.driver.Device;
import org.ntk4j.cuda.run.Code;
import org.ntk4j.cuda.run.Context;
import org.ntk4j.cuda.run.ContextPool;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.eval.CallChecks;
import org.ntk4j.ir.eval.CompiledFunction;
import org.ntk4j.ir.schedule.Rates;
import org.ntk4j.ir.schedule.Step;
import org.ntk4j.ir.schedule.StepText;
import org.ntk4j.ir.schedule.StepTimes;

/// A program compiled for a graphics card.
///
/// Many threads may call at once; each call has memory of its own on the card, and waits where
/// there is none left. Tensors must not be released, nor changed, while a call that was given them
/// is under way.
public final class CudaProgram implements CompiledFunction {
  private final List<Aval> inputs;
  private final List<Aval> outputs;
  private final Code code;
  private final ContextPool contexts;
  private final long peakBytes;

  /// Guarded by this object, as what follows.
  private int running;

  private boolean closed;

  CudaProgram(List<Aval> inputs, List<Aval> outputs, Code code, Device device) {
    this.inputs = List.copyOf(inputs);
    this.outputs = List.copyOf(outputs);
    this.code = code;
    this.contexts = ContextPool.of(device);
    this.peakBytes = code.plan().totalBytes(code.schedule());
  }

  @Override
  public List<Tensor> run(List<Tensor> arguments) {
    List<Tensor> results = empty();
    run(arguments, results);
    return results;
  }

  @Override
  public List<Tensor> run(List<Tensor> arguments, TensorScope scope) {
    CallChecks.check("argument", inputs, arguments);
    List<Tensor> results = outputs.stream().map(y -> scope.allocate(y.dtype(), y.shape())).toList();
    try (TensorScope temporaries = TensorScope.openWithin(scope)) {
      temporaries.count(workBytes());
      run(arguments, results, Optional.of(temporaries));
    }
    return results;
  }

  /// Writes the outputs for these arguments to `results`.
  ///
  /// @param results of the outputs' avals; they share no memory with an argument or each other
  /// @throws IllegalArgumentException if the tensors are not those that the program expects
  /// @throws IllegalStateException if the program is closed
  public void run(List<Tensor> arguments, List<Tensor> results) {
    run(arguments, results, Optional.empty());
  }

  /// Seconds of a run on the card whose inputs are there already and whose outputs stay: the least
  /// of `repetitions`, after some that are not timed.
  ///
  /// @throws IllegalArgumentException if the tensors are not those that the program expects
  public double secondsOnCard(List<Tensor> arguments, int repetitions) {
    return call(arguments, empty(), (context, in, out) -> context.seconds(in, out, repetitions));
  }

  /// A step of the program, and how long it took.
  ///
  /// @param step in a few words
  /// @param predicted seconds, by the rates given
  /// @param measured seconds
  public record TimedStep(String step, double predicted, double measured) {}

  /// What the steps of a run took on the card: the least of `repetitions` runs, after some that are
  /// not timed.
  ///
  /// @param rates by which times are predicted
  /// @throws IllegalArgumentException if the tensors are not those that the program expects
  public List<TimedStep> profile(List<Tensor> arguments, Rates rates, int repetitions) {
    double[] measured =
        call(arguments, empty(), (context, in, out) -> context.stepSeconds(in, out, repetitions));
    List<Step> steps = code.schedule().steps();
    StepTimes times = new StepTimes(rates);
    List<TimedStep> timed = new ArrayList<>();
    for (int s = 0; s < measured.length; s++) {
      double predicted = times.seconds(steps.get(s), code.schedule());
      timed.add(new TimedStep(StepText.of(steps.get(s)), predicted, measured[s]));
    }
    return timed;
  }

  private List<Tensor> empty() {
    return outputs.stream().map(y -> Tensor.zeros(y.dtype(), y.shape())).toList();
  }

  private void run(
      List<Tensor> arguments, List<Tensor> results, Optional<TensorScope> temporaries) {
    call(
        arguments,
        results,
        (context, in, out) -> {
          context.run(in, out, temporaries);
          return true;
        });
  }

  /// What is done with a context, and the elements of arguments and results.
  @FunctionalInterface
  private interface Call<R> {
    R in(Context context, List<MemorySegment> arguments, List<MemorySegment> results);
  }

  private <R> R call(List<Tensor> arguments, List<Tensor> results, Call<R> call) {
    CallChecks.check("argument", inputs, arguments);
    CallChecks.check("result", outputs, results);
    List<MemorySegment> read = arguments.stream().map(Tensor::segment).toList();
    List<MemorySegment> written = results.stream().map(Tensor::segment).toList();
    CallChecks.checkApart(written, read);
    enter();
    try {
      Context context = contexts.take(code);
      R result;
      try {
        result = call.in(context, read, written);
      } catch (RuntimeException | Error e) {
        discard(context, e);
        throw e;
      }
      contexts.give(context);
      return result;
    } finally {
      leave();
      Reference.reachabilityFence(arguments);
      Reference.reachabilityFence(results);
    }
  }

  /// After a failure. What the card cannot release any more is of less interest than that.
  private void discard(Context context, Throwable failure) {
    try {
      contexts.discard(context);
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private synchronized void enter() {
    if (closed) {
      throw new IllegalStateException("the compiled program was closed; compile it again");
    }
    running++;
  }

  private synchronized void leave() {
    running--;
    if (closed && running == 0) {
      release();
    }
  }

  /// Bytes in use on the card during a call, known before it: inputs, outputs and everything
  /// between. What it does not count are the program's constants, the rounding up of places, and
  /// what the reference evaluator takes of the host's memory for a step that is left to it.
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
    contexts.release(code);
    code.close();
  }
}
