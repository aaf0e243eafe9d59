package org.ntk4j.ir.eval;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.eval.LinearAlgebra.Sizes;
import org.ntk4j.ir.op.Contract;

/// A contraction as a batch of matrix products `z[b, i, j] = Σ_k x[b, i, k] y[b, j, k]`.
///
/// The axes of an operand fall into three groups: batch, free, contracted. Where each group can be
/// walked with one stride, and one of the last two strides is 1, the operand is used as it lies in
/// memory; else it is copied first.
final class Contraction {
  private Contraction() {}

  static void apply(Contract op, Invocation c) {
    Tensor x = c.tensor(0);
    boolean same = c.sameOperands();
    Tensor y = same ? x : c.tensor(1);
    Tensor z = c.result();
    List<Integer> order = contractOrder(op, x);
    List<Integer> xInner = order.stream().map(op.lhsContract()::get).toList();
    List<Integer> yInner = order.stream().map(op.rhsContract()::get).toList();
    Side left = Side.of(x, op.lhsBatch(), xInner, c);
    boolean symmetric = same && op.lhsBatch().equals(op.rhsBatch()) && xInner.equals(yInner);
    Side right = symmetric ? left : Side.of(y, op.rhsBatch(), yInner, c);
    Sizes sizes = new Sizes(left.batch, left.free, right.free, left.inner);
    View result = View.of(0, left.free * right.free, right.free, 1);
    if (symmetric) {
      Products.gram(sizes, left.tensor, left.view, z, result);
    } else {
      Products.multiply(sizes, left.tensor, left.view, right.tensor, right.view, z, result);
    }
  }

  /// The contracted axes in the order in which they lie in `x`: any order gives the same sum.
  private static List<Integer> contractOrder(Contract op, Tensor x) {
    long[] strides = x.shape().strides();
    return IntStream.range(0, op.lhsContract().size())
        .boxed()
        .sorted(Comparator.comparingLong(k -> -strides[op.lhsContract().get(k)]))
        .toList();
  }

  /// One operand as matrices `[batch, free, inner]`.
  private record Side(Tensor tensor, View view, long batch, long free, long inner) {

    static Side of(Tensor x, List<Integer> batch, List<Integer> inner, Invocation c) {
      List<Integer> free =
          IntStream.range(0, x.rank())
              .filter(k -> !batch.contains(k) && !inner.contains(k))
              .boxed()
              .toList();
      List<List<Integer>> groups = List.of(batch, free, inner);
      long[] sizes = groups.stream().mapToLong(axes -> size(x.shape(), axes)).toArray();
      boolean merges = groups.stream().allMatch(axes -> merges(x.shape(), axes));
      if (merges) {
        long[] strides = groups.stream().mapToLong(axes -> stride(x.shape(), axes)).toArray();
        if (strides[2] == 1 || strides[1] == 1 || sizes[1] == 1 || sizes[2] == 1) {
          return new Side(x, View.of(0, strides), sizes[0], sizes[1], sizes[2]);
        }
      }
      return packed(x, groups, sizes, c);
    }

    private static Side packed(Tensor x, List<List<Integer>> groups, long[] sizes, Invocation c) {
      List<Integer> axes = new ArrayList<>();
      groups.forEach(axes::addAll);
      Tensor copy = c.temporary(x.dtype(), x.shape().permute(axes));
      MovementOps.transpose(x, axes, copy);
      View view = View.of(0, sizes[1] * sizes[2], sizes[2], 1);
      return new Side(copy, view, sizes[0], sizes[1], sizes[2]);
    }

    private static long size(Shape shape, List<Integer> axes) {
      return axes.stream().mapToLong(shape::dim).reduce(1, (a, b) -> a * b);
    }

    /// Whether these axes, in this order, can be walked with one stride.
    private static boolean merges(Shape shape, List<Integer> axes) {
      long[] strides = shape.strides();
      List<Integer> relevant = axes.stream().filter(k -> shape.dim(k) != 1).toList();
      return IntStream.range(1, relevant.size())
          .allMatch(i -> {
            int inner = relevant.get(i);
            return strides[relevant.get(i - 1)] == strides[inner] * shape.dim(inner);
          });
    }

    /// The stride of the innermost of these axes that has more than one element.
    private static long stride(Shape shape, List<Integer> axes) {
      long[] strides = shape.strides();
      return axes.reversed().stream()
          .filter(k -> shape.dim(k) != 1)
          .findFirst()
          .map(k -> strides[k])
          .orElse(1L);
    }
  }
}
