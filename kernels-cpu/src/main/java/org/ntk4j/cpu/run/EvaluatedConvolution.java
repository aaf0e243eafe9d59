package org.ntk4j.cpu.run;

import java.util.List;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;
import org.ntk4j.ir.eval.PrimitiveEvaluator;
import org.ntk4j.ir.schedule.Step;

/// A convolution that no library does, by the reference evaluator on row-major copies.
final class EvaluatedConvolution implements Command {
  private final Step.Convolution step;
  private final ViewCopy x;
  private final ViewCopy w;
  private final ViewCopy y;

  EvaluatedConvolution(Step.Convolution step) {
    this.step = step;
    this.x = new ViewCopy(step.x());
    this.w = new ViewCopy(step.w());
    this.y = new ViewCopy(step.y());
  }

  @Override
  public void run(Frame frame) {
    TensorScope temporaries = frame.context().temporaries();
    Tensor left = operand(x, frame.address(step.x().buffer()), temporaries);
    Tensor right = operand(w, frame.address(step.w().buffer()), temporaries);
    long to = frame.address(step.y().buffer());
    if (y.isRowMajor()) {
      Tensor result = Addresses.tensor(y.start(to), y.aval());
      PrimitiveEvaluator.apply(step.op(), List.of(left, right), List.of(result), temporaries);
    } else {
      Tensor result = temporaries.allocate(y.aval().dtype(), y.aval().shape());
      PrimitiveEvaluator.apply(step.op(), List.of(left, right), List.of(result), temporaries);
      y.scatter(result.segment().address(), to);
      temporaries.release(result);
    }
    release(x, left, temporaries);
    release(w, right, temporaries);
  }

  private static Tensor operand(ViewCopy view, long buffer, TensorScope temporaries) {
    if (view.isRowMajor()) {
      return Addresses.tensor(view.start(buffer), view.aval());
    }
    Tensor copy = temporaries.allocate(view.aval().dtype(), view.aval().shape());
    view.gather(buffer, copy.segment().address());
    return copy;
  }

  private static void release(ViewCopy view, Tensor operand, TensorScope temporaries) {
    if (!view.isRowMajor()) {
      temporaries.release(operand);
    }
  }
}
