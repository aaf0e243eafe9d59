package org.ntk4j.cuda;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;
import org.ntk4j.cuda.driver.Device;
import org.ntk4j.cuda.run.Code;
import org.ntk4j.cuda.run.Context;
import org.ntk4j.cuda.run.ContextPool;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.eval.CompiledSchedule;

/// A program compiled for a graphics card.
///
/// Many threads may call at once; each call has memory of its own on the card, and waits where
/// there is none left.
public final class CudaProgram extends CompiledSchedule {
  private final Code code;
  private final ContextPool contexts;

  CudaProgram(List<Aval> inputs, List<Aval> outputs, Code code, Device device) {
    super(code.schedule(), code.plan(), inputs, outputs);
    this.code = code;
    this.contexts = ContextPool.of(device);
  }

  @Override
  protected void run(Call call, Optional<TensorScope> temporaries) {
    within(
        call,
        context -> {
          context.run(call.read(), call.written(), temporaries);
          return true;
        });
  }

  /// Seconds of a run on the card whose inputs are there already and whose outputs stay: the least
  /// of `repetitions`, after some that are not timed.
  ///
  /// @throws IllegalArgumentException if the tensors are not those that the program expects
  public double secondsOnCard(List<Tensor> arguments, int repetitions) {
    return call(
        arguments,
        call -> within(call, context -> context.seconds(call.read(), call.written(), repetitions)));
  }

  @Override
  protected double[] stepSeconds(Call call, int repetitions) {
    return within(call, context -> context.stepSeconds(call.read(), call.written(), repetitions));
  }

  private <R> R within(Call call, Function<Context, R> use) {
    Context context = contexts.take(code, call.arguments());
    R result;
    try {
      result = use.apply(context);
    } catch (RuntimeException | Error e) {
      discard(context, e);
      throw e;
    }
    contexts.give(context);
    return result;
  }

  /// After a failure. What the card cannot release any more is of less interest than that.
  private void discard(Context context, Throwable failure) {
    try {
      contexts.discard(context);
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  @Override
  protected void release() {
    contexts.release(code);
    code.close();
  }
}
