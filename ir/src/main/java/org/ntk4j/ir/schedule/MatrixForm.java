package org.ntk4j.ir.schedule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.schedule.MatrixProduct.Factor;
import org.ntk4j.ir.schedule.View.Digit;

/// A contraction of two views as a batch of matrix products, if their strides allow it.
final class MatrixForm {
  private final Contract op;
  private final View x;
  private final View y;
  private final List<Axis> batch = new ArrayList<>();
  private final List<Axis> rows = new ArrayList<>();
  private final List<Axis> columns = new ArrayList<>();
  private final List<Axis> inner = new ArrayList<>();

  /// Part of an axis of the contraction, and what a step along it is in the memory of each factor.
  private record Axis(long extent, long a, long b, long c) {
    boolean continues(Axis next) {
      return a == next.a * next.extent && b == next.b * next.extent && c == next.c * next.extent;
    }

    Axis swapped() {
      return new Axis(extent, b, a, c);
    }
  }

  private static final Axis ONE = new Axis(1, 1, 1, 1);

  private MatrixForm(Contract op, View x, View y) {
    this.op = op;
    this.x = x;
    this.y = y;
  }

  /// `op(x, y)` with a row-major result.
  ///
  /// @param same whether `x` and `y` are one value
  static Optional<MatrixProduct> of(Contract op, View x, View y, boolean same) {
    MatrixForm form = new MatrixForm(op, x, y);
    return form.collect() ? form.product(same) : Optional.empty();
  }

  /// Whether the factors of the product are exchanged: `A` is `y`.
  static boolean isSwapped(Contract op, View x, View y) {
    MatrixForm form = new MatrixForm(op, x, y);
    return form.collect() && form.columns.isEmpty();
  }

  /// The axes of `x`, in the order batch, free, contracted: the order that always is a product.
  static List<Integer> order(int rank, List<Integer> batch, List<Integer> contracted) {
    List<Integer> order = new ArrayList<>(batch);
    for (int k = 0; k < rank; k++) {
      if (!batch.contains(k) && !contracted.contains(k)) {
        order.add(k);
      }
    }
    order.addAll(contracted);
    return order;
  }

  private boolean collect() {
    if (!pair(op.lhsBatch(), op.rhsBatch(), batch)
        || !pair(op.lhsContract(), op.rhsContract(), inner)) {
      return false;
    }
    free(x, op.lhsBatch(), op.lhsContract()).forEach(d -> rows.add(of(d, true)));
    free(y, op.rhsBatch(), op.rhsContract()).forEach(d -> columns.add(of(d, false)));
    long stride = number(columns, 1);
    stride = number(rows, stride);
    number(batch, stride);
    List.of(batch, rows, columns).forEach(MatrixForm::merge);
    inner.sort(Comparator.comparing(Axis::a).thenComparing(Axis::b).reversed());
    merge(inner);
    return inner.size() <= 1;
  }

  private static Axis of(Digit d, boolean left) {
    return new Axis(d.extent(), left ? d.stride() : 0, left ? 0 : d.stride(), 0);
  }

  private static List<Digit> free(View v, List<Integer> batch, List<Integer> contracted) {
    List<Digit> free = new ArrayList<>();
    for (int k = 0; k < v.rank(); k++) {
      if (!batch.contains(k) && !contracted.contains(k)) {
        free.addAll(v.axes().get(k));
      }
    }
    return free;
  }

  /// Common digits of pairs of axes.
  private boolean pair(List<Integer> left, List<Integer> right, List<Axis> to) {
    for (int k = 0; k < left.size(); k++) {
      long size = x.dim(left.get(k));
      View one = new View(0, x.dtype(), 0, List.of(x.axes().get(left.get(k))));
      View two = new View(0, y.dtype(), 0, List.of(y.axes().get(right.get(k))));
      Optional<Domain> common =
          Domain.of(List.of(extents(one.axes().getFirst()), extents(two.axes().getFirst())));
      if (common.isEmpty()) {
        return false;
      }
      Shape cut = Shape.of(size == 1 ? List.of() : common.get().extents());
      Optional<View> a = one.reshape(cut);
      Optional<View> b = two.reshape(cut);
      if (a.isEmpty() || b.isEmpty()) {
        return false;
      }
      for (int i = 0; i < cut.rank(); i++) {
        Digit da = a.get().axes().get(i).getFirst();
        Digit db = b.get().axes().get(i).getFirst();
        to.add(new Axis(da.extent(), da.stride(), db.stride(), 0));
      }
    }
    return true;
  }

  private static Shape extents(List<Digit> digits) {
    return Shape.of(digits.stream().map(Digit::extent).toList());
  }

  /// Gives the axes their strides in the result; returns the stride of the axis before.
  private static long number(List<Axis> axes, long innermost) {
    long stride = innermost;
    for (int k = axes.size() - 1; k >= 0; k--) {
      Axis axis = axes.get(k);
      axes.set(k, new Axis(axis.extent, axis.a, axis.b, stride));
      stride *= axis.extent;
    }
    return stride;
  }

  private static void merge(List<Axis> axes) {
    for (int k = axes.size() - 2; k >= 0; k--) {
      Axis next = axes.get(k + 1);
      if (axes.get(k).continues(next)) {
        axes.set(k, new Axis(axes.get(k).extent * next.extent, next.a, next.b, next.c));
        axes.remove(k + 1);
      }
    }
  }

  private Optional<MatrixProduct> product(boolean same) {
    boolean swap = columns.isEmpty();
    List<Axis> left = swap ? swapped(columns) : rows;
    List<Axis> right = swap ? swapped(rows) : columns;
    List<Axis> both = swap ? swapped(batch) : batch;
    Axis k = inner.isEmpty() ? ONE : swap ? inner.getFirst().swapped() : inner.getFirst();
    Axis j = right.isEmpty() ? ONE : right.getLast();
    Optional<Axis> i =
        left.stream()
            .filter(axis -> isMatrix(axis.extent, axis.a, k.extent, k.a))
            .max(Comparator.comparingLong(Axis::extent));
    if (!isMatrix(j.extent, j.b, k.extent, k.b) || (!left.isEmpty() && i.isEmpty())) {
      return Optional.empty();
    }
    List<Axis> outer = new ArrayList<>(both);
    left.stream().filter(axis -> axis != i.get()).forEach(outer::add);
    right.stream().filter(axis -> axis != j).forEach(outer::add);
    boolean symmetric =
        same && left.size() == 1 && right.size() == 1 && left.getFirst().a == j.b && k.a == k.b;
    View a = swap ? y : x;
    View b = swap ? x : y;
    return Optional.of(product(outer, i.orElse(ONE), j, k, a, b, symmetric));
  }

  private static List<Axis> swapped(List<Axis> axes) {
    return axes.stream().map(Axis::swapped).toList();
  }

  /// Whether rows do not overlap, and one of the strides is 1.
  private static boolean isMatrix(long rows, long rowStride, long columns, long columnStride) {
    boolean byRows = columnStride == 1 && rowStride >= columns;
    boolean byColumns = rowStride == 1 && columnStride >= rows;
    boolean thin = (rows == 1 && columnStride == 1) || (columns == 1 && rowStride >= 1);
    return byRows || byColumns || thin || (rows == 1 && columnStride >= 1);
  }

  private MatrixProduct product(
      List<Axis> outer, Axis i, Axis j, Axis k, View a, View b, boolean symmetric) {
    return new MatrixProduct(
        x.dtype(),
        outer.stream().map(Axis::extent).toList(),
        i.extent,
        j.extent,
        k.extent,
        new Factor(a.offset(), outer.stream().map(Axis::a).toList(), i.a, k.a),
        new Factor(b.offset(), outer.stream().map(Axis::b).toList(), k.b, j.b),
        new Factor(0, outer.stream().map(Axis::c).toList(), i.c, 1),
        1,
        symmetric);
  }
}
