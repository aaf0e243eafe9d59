package org.ntk4j.ir.eval;

import java.util.List;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.op.Cholesky;
import org.ntk4j.ir.op.CumExtremum;
import org.ntk4j.ir.op.CumProd;
import org.ntk4j.ir.op.Nonlinear;
import org.ntk4j.ir.op.ReduceExtremum;
import org.ntk4j.ir.op.ReduceProd;
import org.ntk4j.ir.op.Sort;
import org.ntk4j.ir.op.TopK;
import org.ntk4j.ir.op.TriangularSolve;
import org.ntk4j.ir.op.WindowExtremum;

/// Reductions other than sums, sorting, factorizations.
final class NonlinearOps {
  private NonlinearOps() {}

  static void apply(Nonlinear op, Invocation c) {
    List<Tensor> x = c.tensors(0);
    Tensor y = c.result();
    switch (op) {
      case ReduceExtremum(var kind, var axes) ->
          ReductionOps.reduce(Fold.of(kind), x.getFirst(), axes, y);
      case ReduceProd(var axes) -> ReductionOps.reduce(Fold.PROD, x.getFirst(), axes, y);
      case WindowExtremum(var kind, var window) ->
          WindowOps.reduce(Fold.of(kind), window, x.getFirst(), y);
      case CumProd(int axis, boolean reverse) ->
          AxisOps.cumulate(Fold.PROD, x.getFirst(), axis, reverse, y);
      case CumExtremum(var kind, int axis, boolean reverse) ->
          AxisOps.cumulate(Fold.of(kind), x.getFirst(), axis, reverse, y);
      case Sort sort -> SortOps.sort(sort, x, c.results());
      case TopK(long k) -> SortOps.topK(Math.toIntExact(k), x.getFirst(), y, c.result(1));
      case Cholesky _ -> Factorizations.cholesky(x.getFirst(), y);
      case TriangularSolve solve -> Factorizations.triangularSolve(solve, x.get(0), x.get(1), y);
    }
  }
}
