package org.ntk4j.ir.eval;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.ntk4j.core.Shape;
import org.ntk4j.core.Tensor;
import org.ntk4j.ir.Aval;
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
    List<Integer> order = contractOrder(op, x.shape());
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

  /// Bytes of the copies that [#apply] makes.
  ///
  /// @param same whether the operands are one value
  static long scratchBytes(Contract op, Aval x, Aval y, boolean same) {
    List<Integer> order = contractOrder(op, x.shape());
    List<Integer> xInner = order.stream().map(op.lhsContract()::get).toList();
    List<Integer> yInner = order.stream().map(op.rhsContract()::get).toList();
    boolean symmetric = same && op.lhsBatch().equals(op.rhsBatch()) && xInner.equals(yInner);
    long left = Side.copyBytes(x, op.lhsBatch(), xInner);
    return symmetric ? left : left + Side.copyBytes(y, op.rhsBatch(), yInner);
  }

  /// The contracted axes in the order in which they lie in `x`: any order gives the same sum.
  private static List<Integer> contractOrder(Contract op, Shape x) {
    long[] strides = x.strides();
    return IntStream.range(0, op.lhsContract().size())
        .boxed()
        .sorted(Comparator.comparingLong(k -> -strides[op.lhsContract().get(k)]))
        .toList();
  }

  /// One operand as matrices `[batch, free, inner]`.
  private record Side(Tensor tensor, View view, long batch, long free, long inner) {

    static Side of(Tensor x, List<Integer> batch, List<Integer> inner, Invocation c) {
      List<List<Integer>> groups = groups(x.shape(), batch, inner);
      long[] sizes = groups.stream().mapToLong(axes -> size(x.shape(), axes)).toArray();
      if (isUsable(x.shape(), groups)) {
        long[] strides = groups.stream().mapToLong(axes -> stride(x.shape(), axes)).toArray();
        return new Side(x, View.of(0, strides), sizes[0], sizes[1], sizes[2]);
      }
      return packed(x, groups, sizes, c);
    }

    /// Bytes of the copy of `x` that is made, if one is.
    static long copyBytes(Aval x, List<Integer> batch, List<Integer> inner) {
      boolean usable = isUsable(x.shape(), groups(x.shape(), batch, inner));
      return usable ? 0 : Footprint.charged(x.size() * x.dtype().sizeBytes());
    }

    private static List<List<Integer>> groups(Shape x, List<Integer> batch, List<Integer> inner) {
      List<Integer> free =
          IntStream.range(0, x.rank())
              .filter(k -> !batch.contains(k) && !inner.contains(k))
              .boxed()
              .toList();
      return List.of(batch, free, inner);
    }

    /// Whether an operand can be used as it lies in memory.
    private static boolean isUsable(Shape x, List<List<Integer>> groups) {
      if (!groups.stream().allMatch(axes -> merges(x, axes))) {
        return false;
      }
      List<Integer> free = groups.get(1);
      List<Integer> inner = groups.get(2);
      return stride(x, inner) == 1
          || stride(x, free) == 1
          || size(x, free) == 1
          || size(x, inner) == 1;
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
