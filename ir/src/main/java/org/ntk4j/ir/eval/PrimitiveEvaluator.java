package org.ntk4j.ir.eval;

import java.util.List;
import org.ntk4j.core.Tensor;
import org.ntk4j.core.TensorScope;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.op.Elementwise;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.Multilinear;
import org.ntk4j.ir.op.Nonlinear;
import org.ntk4j.ir.op.PiecewiseConstant;

/// `z = op(x)` for one primitive, as the reference evaluator computes it.
public final class PrimitiveEvaluator {
  private PrimitiveEvaluator() {}

  /// Computes the results of `op`, which holds no programs, for operands that it accepts.
  ///
  /// @param results tensors of the results' avals, sharing no memory with the operands; overwritten
  /// @param temporaries where memory is taken from; it is given back
  public static void apply(
      Primitive op, List<Tensor> operands, List<Tensor> results, TensorScope temporaries) {
    List<Operand> stored = operands.stream().<Operand>map(Operand.Stored::new).toList();
    apply(op, new Invocation(stored, results, Memory.of(temporaries)));
  }

  static void apply(Primitive op, Invocation c) {
    switch (op) {
      case Elementwise e -> ElementwiseOps.apply(e, c);
      case Multilinear m -> MultilinearOps.apply(m, c);
      case PiecewiseConstant p -> PiecewiseConstantOps.apply(p, c);
      case Nonlinear n -> NonlinearOps.apply(n, c);
      case HigherOrder h -> throw new IllegalStateException("bug: " + h + " is no plain op");
    }
    c.finish();
  }
}
