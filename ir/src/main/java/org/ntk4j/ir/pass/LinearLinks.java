package org.ntk4j.ir.pass;

import static org.ntk4j.ir.pass.AxisLinks.NONE;
import static org.ntk4j.ir.pass.AxisLinks.but;
import static org.ntk4j.ir.pass.AxisLinks.identity;
import static org.ntk4j.ir.pass.AxisLinks.without;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Aval;
import org.ntk4j.ir.op.Add;
import org.ntk4j.ir.op.Broadcast;
import org.ntk4j.ir.op.Concatenate;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.op.Conv;
import org.ntk4j.ir.op.ConvDims;
import org.ntk4j.ir.op.Convert;
import org.ntk4j.ir.op.CumSum;
import org.ntk4j.ir.op.DynamicSlice;
import org.ntk4j.ir.op.DynamicUpdateSlice;
import org.ntk4j.ir.op.Gather;
import org.ntk4j.ir.op.Mul;
import org.ntk4j.ir.op.Multilinear;
import org.ntk4j.ir.op.Neg;
import org.ntk4j.ir.op.Pad;
import org.ntk4j.ir.op.ReduceSum;
import org.ntk4j.ir.op.Reshape;
import org.ntk4j.ir.op.Reverse;
import org.ntk4j.ir.op.ScatterAdd;
import org.ntk4j.ir.op.Select;
import org.ntk4j.ir.op.Slice;
import org.ntk4j.ir.op.Sub;
import org.ntk4j.ir.op.Transpose;
import org.ntk4j.ir.op.Window;
import org.ntk4j.ir.op.WindowSum;

/// [AxisLinks] of the multilinear primitives.
final class LinearLinks {
  private LinearLinks() {}

  static List<Integer> of(Multilinear op, List<Aval> operands, int operand) {
    Shape x = operands.get(operand).shape();
    int rank = x.rank();
    return switch (op) {
      case Add _, Sub _, Neg _, Mul _, Select _, Convert _ -> identity(rank);
      case Contract c -> operand == 0 ? lhs(c, rank) : rhs(c, operands, rank);
      case Conv c -> conv(c, operands, operand);
      case ReduceSum(var axes) -> without(rank, axes);
      case WindowSum(Window window) -> AxisLinks.windows(x, window);
      case Broadcast(_, var axes) -> axes;
      case Reshape(Shape shape) -> reshape(x, shape);
      case Transpose(var permutation) ->
          IntStream.range(0, rank).mapToObj(permutation::indexOf).toList();
      case Slice s -> where(rank, a -> whole(s, x, a));
      case DynamicSlice(Shape sizes) ->
          operand == 0 ? where(rank, a -> sizes.dim(a) == x.dim(a)) : none(rank);
      case DynamicUpdateSlice _ -> update(operands, operand);
      case Pad p -> where(rank, a -> unpadded(p, a));
      case Concatenate(int axis) -> operands.size() == 1 ? identity(rank) : exactlyBut(rank, axis);
      case Reverse(var axes) -> where(rank, a -> !axes.contains(a) || x.dim(a) <= 1);
      case Gather g -> operand == 0 ? gathered(g, operands) : ids(g, rank);
      case ScatterAdd s -> operand == 0 ? where(rank, a -> a < s.batch()) : scattered(s, operands);
      case CumSum(int axis, _) -> but(x, axis);
    };
  }

  private static List<Integer> where(int rank, IntPredicate linked) {
    return IntStream.range(0, rank).mapToObj(a -> linked.test(a) ? a : NONE).toList();
  }

  private static List<Integer> exactlyBut(int rank, int axis) {
    return where(rank, a -> a != axis);
  }

  private static List<Integer> none(int rank) {
    return Collections.nCopies(rank, NONE);
  }

  private static List<Integer> lhs(Contract c, int rank) {
    return free(rank, c.lhsBatch(), c.lhsContract(), c.lhsBatch().size());
  }

  private static List<Integer> rhs(Contract c, List<Aval> operands, int rank) {
    int lhsFree = operands.get(0).rank() - c.lhsBatch().size() - c.lhsContract().size();
    return free(rank, c.rhsBatch(), c.rhsContract(), c.rhsBatch().size() + lhsFree);
  }

  /// Batch axes come first, free axes from `next` on.
  private static List<Integer> free(
      int rank, List<Integer> batch, List<Integer> contracted, int next) {
    List<Integer> links = new ArrayList<>();
    int free = next;
    for (int a = 0; a < rank; a++) {
      if (batch.contains(a)) {
        links.add(batch.indexOf(a));
      } else {
        links.add(contracted.contains(a) ? NONE : free++);
      }
    }
    return links;
  }

  private static List<Integer> conv(Conv c, List<Aval> operands, int operand) {
    ConvDims dims = c.dims();
    List<Integer> links = new ArrayList<>(none(operands.get(operand).rank()));
    if (operand == 1) {
      links.set(dims.wOut(), dims.yFeature());
      return links;
    }
    if (c.batchGroups() == 1) {
      links.set(dims.xBatch(), dims.yBatch());
    }
    long features = operands.get(0).dim(dims.xFeature());
    if (c.featureGroups() == features && operands.get(1).dim(dims.wOut()) == features) {
      links.set(dims.xFeature(), dims.yFeature());
    }
    for (int d = 0; d < dims.xSpatial().size(); d++) {
      if (operands.get(1).dim(dims.wSpatial().get(d)) == 1 && pointwise(c, d)) {
        links.set(dims.xSpatial().get(d), dims.ySpatial().get(d));
      }
    }
    return links;
  }

  private static boolean pointwise(Conv c, int d) {
    return c.strides().get(d) == 1
        && c.padLo().get(d) == 0
        && c.padHi().get(d) == 0
        && c.lhsDilation().get(d) == 1;
  }

  /// Axes of equal size with equally many elements before them, in order.
  private static List<Integer> reshape(Shape x, Shape y) {
    List<Integer> links = new ArrayList<>(none(x.rank()));
    int r = 0;
    long before = 1;
    long beforeY = 1;
    for (int a = 0; a < x.rank(); a++) {
      while (r < y.rank() && (beforeY < before || beforeY == before && skips(x.dim(a), y.dim(r)))) {
        beforeY *= y.dim(r);
        r++;
      }
      if (r < y.rank() && beforeY == before && x.dim(a) == y.dim(r)) {
        links.set(a, r);
        beforeY *= y.dim(r);
        r++;
      }
      before *= x.dim(a);
    }
    return links;
  }

  /// An axis of size 1 in the result that an axis of another size steps over.
  private static boolean skips(long x, long y) {
    return y == 1 && x != 1;
  }

  private static boolean whole(Slice s, Shape x, int a) {
    return s.start().get(a) == 0 && s.stride().get(a) == 1 && s.limit().get(a) == x.dim(a);
  }

  private static boolean unpadded(Pad p, int a) {
    return p.lo().get(a) == 0 && p.hi().get(a) == 0 && p.interior().get(a) == 0;
  }

  private static List<Integer> update(List<Aval> operands, int operand) {
    Aval x = operands.get(0);
    Aval u = operands.get(1);
    return switch (operand) {
      case 0 -> identity(x.rank());
      case 1 -> where(u.rank(), a -> u.dim(a) == x.dim(a));
      default -> none(1);
    };
  }

  private static List<Integer> gathered(Gather g, List<Aval> operands) {
    int ids = operands.get(1).rank() - g.batch();
    return IntStream.range(0, operands.get(0).rank())
        .mapToObj(a -> a == g.axis() ? NONE : a < g.axis() ? a : a - 1 + ids)
        .toList();
  }

  private static List<Integer> ids(Gather g, int rank) {
    return IntStream.range(0, rank)
        .mapToObj(a -> a < g.batch() ? a : g.axis() + a - g.batch())
        .toList();
  }

  private static List<Integer> scattered(ScatterAdd s, List<Aval> operands) {
    int ids = operands.get(0).rank() - s.batch();
    return IntStream.range(0, operands.get(1).rank())
        .mapToObj(a -> a < s.axis() ? a : a < s.axis() + ids ? NONE : a - ids + 1)
        .toList();
  }
}
