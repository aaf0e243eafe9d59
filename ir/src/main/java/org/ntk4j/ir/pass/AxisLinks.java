package org.ntk4j.ir.pass;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.op.ArgExtremum;
import org.ntk4j.ir.op.Cast;
import org.ntk4j.ir.op.Cholesky;
import org.ntk4j.ir.op.Classify;
import org.ntk4j.ir.op.Compare;
import org.ntk4j.ir.op.Constant;
import org.ntk4j.ir.op.CumExtremum;
import org.ntk4j.ir.op.CumProd;
import org.ntk4j.ir.op.Elementwise;
import org.ntk4j.ir.op.HigherOrder;
import org.ntk4j.ir.op.Iota;
import org.ntk4j.ir.op.Logic;
import org.ntk4j.ir.op.Multilinear;
import org.ntk4j.ir.op.Nonlinear;
import org.ntk4j.ir.op.PiecewiseConstant;
import org.ntk4j.ir.op.RandomBits;
import org.ntk4j.ir.op.ReduceExtremum;
import org.ntk4j.ir.op.ReduceProd;
import org.ntk4j.ir.op.Sort;
import org.ntk4j.ir.op.Step;
import org.ntk4j.ir.op.StopGradient;
import org.ntk4j.ir.op.TopK;
import org.ntk4j.ir.op.TriangularSolve;
import org.ntk4j.ir.op.Window;
import org.ntk4j.ir.op.WindowExtremum;

/// Pairs of axes along which a primitive does not mix: operand axis `a` is *linked* to result axis
/// `r` if they have one size and `∂y[.., i_r = i, ..] / ∂x[.., i_a = j, ..] = 0` unless `i = j`.
///
/// For values that are not differentiable read "depends on" for the derivative. A link that is
/// stated holds for all values of all operands; a link that holds may be left out.
public final class AxisLinks {
  /// No axis of the result.
  public static final int NONE = -1;

  private AxisLinks() {}

  /// For each axis of operand `operand` the axis of result `result` it is linked to, or [#NONE].
  ///
  /// @param operands avals of all operands
  public static List<Integer> of(Primitive op, List<Aval> operands, int operand, int result) {
    return dependence(op, operands, operand, result)
        .orElseGet(() -> Collections.nCopies(operands.get(operand).rank(), NONE));
  }

  /// [#of]; empty if the result does not depend on the operand at all.
  static Optional<List<Integer>> dependence(
      Primitive op, List<Aval> operands, int operand, int result) {
    Aval x = operands.get(operand);
    return switch (op) {
      case Elementwise _ -> Optional.of(identity(x.rank()));
      case Multilinear m -> Optional.of(LinearLinks.of(m, operands, operand));
      case PiecewiseConstant p -> Optional.of(piecewise(p, x));
      case Nonlinear n -> nonlinear(n, x, operand, result);
      case HigherOrder h -> ProgramLinks.of(h, operands, operand, result);
    };
  }

  private static List<Integer> piecewise(PiecewiseConstant op, Aval x) {
    return switch (op) {
      case Compare _, Logic _, Step _, Classify _, Cast _, StopGradient _ -> identity(x.rank());
      case ArgExtremum(_, int axis, _) -> without(x.rank(), List.of(axis));
      case RandomBits _ -> List.of();
      case Iota _, Constant _ ->
          throw new IllegalArgumentException(op.mnemonic() + " has no operands");
    };
  }

  private static Optional<List<Integer>> nonlinear(Nonlinear op, Aval x, int operand, int result) {
    int rank = x.rank();
    return switch (op) {
      case ReduceExtremum(_, var axes) -> Optional.of(without(rank, axes));
      case ReduceProd(var axes) -> Optional.of(without(rank, axes));
      case WindowExtremum(_, Window window) -> Optional.of(windows(x.shape(), window));
      case CumProd(int axis, _) -> Optional.of(but(x.shape(), axis));
      case CumExtremum(_, int axis, _) -> Optional.of(but(x.shape(), axis));
      case Sort(int axis, int keys, _) ->
          operand < keys || operand == result
              ? Optional.of(but(x.shape(), axis))
              : Optional.empty();
      case TopK _ -> Optional.of(first(rank, rank - 1));
      case Cholesky _ -> Optional.of(first(rank, rank - 2));
      case TriangularSolve _ -> Optional.of(solve(rank, operand));
    };
  }

  /// Columns of `B` are solved for independently.
  private static List<Integer> solve(int rank, int operand) {
    List<Integer> links = new ArrayList<>(first(rank, rank - 2));
    if (operand == 1) {
      links.set(rank - 1, rank - 1);
    }
    return links;
  }

  /// Every axis is its own partner.
  static List<Integer> identity(int rank) {
    return first(rank, rank);
  }

  /// The first `count` axes are their own partners, the rest have none.
  static List<Integer> first(int rank, int count) {
    return IntStream.range(0, rank).mapToObj(a -> a < count ? a : NONE).toList();
  }

  /// Every axis but `axis`, which mixes (unless there is only one element to mix).
  static List<Integer> but(Shape x, int axis) {
    return IntStream.range(0, x.rank())
        .mapToObj(a -> a == axis && x.dim(a) > 1 ? NONE : a)
        .toList();
  }

  /// `axes` disappear and the rest moves up.
  static List<Integer> without(int rank, List<Integer> axes) {
    List<Integer> links = new ArrayList<>();
    int next = 0;
    for (int a = 0; a < rank; a++) {
      links.add(axes.contains(a) ? NONE : next++);
    }
    return links;
  }

  /// Axes whose window is the single element at the window's position.
  static List<Integer> windows(Shape x, Window w) {
    return IntStream.range(0, x.rank()).mapToObj(a -> pointwise(w, a) ? a : NONE).toList();
  }

  private static boolean pointwise(Window w, int a) {
    return w.size().get(a) == 1
        && w.strides().get(a) == 1
        && w.padLo().get(a) == 0
        && w.padHi().get(a) == 0
        && w.baseDilation().get(a) == 1;
  }
}
