package org.ntk4j.ir.pass;

import java.util.List;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Atom;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Equation;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.ArgExtremum;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Cast;
import org.ntk4j.ir.op.Cholesky;
import org.ntk4j.ir.op.Classify;
import org.ntk4j.ir.op.Compare;
import org.ntk4j.ir.op.Concatenate;
import org.ntk4j.ir.op.Constant;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.Convert;
import org.ntk4j.ir.op.CumExtremum;
import org.ntk4j.ir.op.CumProd;
import org.ntk4j.ir.op.CumSum;
import org.ntk4j.ir.op.DynamicSlice;
import org.ntk4j.ir.op.DynamicUpdateSlice;
import org.ntk4j.ir.op.Elementwise;
import org.ntk4j.ir.op.Gather;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.Iota;
import org.ntk4j.ir.op.Logic;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.Multilinear;
import org.ntk4j.ir.op.Neg;
import org.ntk4j.ir.op.Nonlinear;
import org.ntk4j.ir.op.Pad;
import org.ntk4j.ir.op.PiecewiseConstant;
import org.ntk4j.ir.op.RandomBits;
import org.ntk4j.ir.op.ReduceExtremum;
import org.ntk4j.ir.op.ReduceProd;
import org.ntk4j.ir.op.ReduceSum;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.Reverse;
import org.ntk4j.ir.op.ScatterAdd;
import org.ntk4j.ir.op.Select;
import org.ntk4j.ir.op.Slice;
import org.ntk4j.ir.op.Sort;
import org.ntk4j.ir.op.Step;
import org.ntk4j.ir.op.StopGradient;
import org.ntk4j.ir.op.Sub;
import org.ntk4j.ir.op.TopK;
import org.ntk4j.ir.op.Transpose;
import org.ntk4j.ir.op.TriangularSolve;
import org.ntk4j.ir.op.Window;
import org.ntk4j.ir.op.WindowExtremum;
import org.ntk4j.ir.op.WindowSum;

/// Arithmetic operations of one equation.
///
/// One for each result element of what is computed element by element, whatever the function; one
/// for each operand element of a reduction; two for each multiply-add of a product, positions in
/// the padding included; none for moving data.
final class Operations {
  private Operations() {}

  static long of(Equation e) {
    List<Aval> in = e.operandAvals();
    return switch (e.op()) {
      case Elementwise _ -> e.result().aval().size();
      case Multilinear op -> linear(op, e);
      case PiecewiseConstant op -> piecewise(op, e);
      case Nonlinear op -> nonlinear(op, in, e);
      case HigherOrder op ->
          throw new IllegalStateException("bug: " + op.mnemonic() + " is counted by its programs");
    };
  }

  private static long linear(Multilinear op, Equation e) {
    Aval y = e.result().aval();
    return switch (op) {
      case Add _, Sub _, Neg _, Mul _, Select _, Convert _ -> y.size();
      case Contract c -> contract(c, e);
      case Conv c -> conv(c, e);
      case ReduceSum _, CumSum _ -> e.in().getFirst().aval().size();
      case ScatterAdd _ -> e.in().get(1).aval().size();
      case WindowSum(Window window) -> Math.multiplyExact(y.size(), elements(window));
      case Broadcast _, Reshape _, Transpose _, Slice _, DynamicSlice _ -> 0;
      case DynamicUpdateSlice _, Pad _, Concatenate _, Reverse _, Gather _ -> 0;
    };
  }

  /// Two for each triple (batch, free, free) and contracted index; half of it, with the diagonal,
  /// for a Gram matrix, which is symmetric.
  private static long contract(Contract c, Equation e) {
    Shape x = e.in().getFirst().aval().shape();
    long depth = product(x, c.lhsContract());
    long results = e.result().aval().size();
    if (isGram(c, e.in())) {
      long batch = product(x, c.lhsBatch());
      long contracted = Math.multiplyExact(batch, depth);
      long rows = contracted == 0 ? 0 : x.size() / contracted;
      results = batch * (rows * (rows + 1) / 2);
    }
    return Math.multiplyExact(2 * depth, results);
  }

  /// Whether both operands are one value, contracted and batched over the same axes.
  private static boolean isGram(Contract c, List<Atom> in) {
    return in.get(0).equals(in.get(1))
        && c.lhsBatch().equals(c.rhsBatch())
        && c.lhsContract().equals(c.rhsContract());
  }

  private static long product(Shape x, List<Integer> axes) {
    return axes.stream().mapToLong(x::dim).reduce(1, Math::multiplyExact);
  }

  private static long conv(Conv c, Equation e) {
    Shape w = e.in().get(1).aval().shape();
    long taps = Math.multiplyExact(w.dim(c.dims().wIn()), product(w, c.dims().wSpatial()));
    return Math.multiplyExact(2 * taps, e.result().aval().size());
  }

  private static long elements(Window window) {
    return window.size().stream().reduce(1L, Math::multiplyExact);
  }

  private static long piecewise(PiecewiseConstant op, Equation e) {
    return switch (op) {
      case Compare _, Logic _, Step _, Classify _, Cast _, RandomBits _ -> e.result().aval().size();
      case ArgExtremum _ -> e.in().getFirst().aval().size();
      case Iota _, Constant _, StopGradient _ -> 0;
    };
  }

  private static long nonlinear(Nonlinear op, List<Aval> in, Equation e) {
    Aval x = in.getFirst();
    return switch (op) {
      case ReduceExtremum _, ReduceProd _, CumProd _, CumExtremum _ -> x.size();
      case WindowExtremum(_, Window window) ->
          Math.multiplyExact(e.result().aval().size(), elements(window));
      case Sort(int axis, _, _) -> comparisons(x, axis);
      case TopK _ -> comparisons(x, x.rank() - 1);
      // n^3 / 3 for each matrix, n^2 m for each system of m right-hand sides.
      case Cholesky _ -> x.size() * x.dim(x.rank() - 1) / 3;
      case TriangularSolve _ -> Math.multiplyExact(in.get(1).size(), x.dim(x.rank() - 1));
    };
  }

  /// `n ⌈log₂ n⌉` for each line of `n` elements.
  private static long comparisons(Aval x, int axis) {
    long n = x.dim(axis);
    return n <= 1 ? 0 : x.size() * (64 - Long.numberOfLeadingZeros(n - 1));
  }
}
