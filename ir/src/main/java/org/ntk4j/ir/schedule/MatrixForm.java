package org.ntk4j.ir.schedule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.op.Contract;
import org.ntk4j.ir.schedule.MatrixProduct.Factor;
import org.ntk4j.ir.schedule.View.Digit;

/// A contraction of views as a batch of matrix products, if their strides allow it.
final class MatrixForm {
  private final Contract op;
  private final View x;
  private final View y;
  private final View z;
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

  private MatrixForm(Contract op, View x, View y, View z) {
    this.op = op;
    this.x = x;
    this.y = y;
    this.z = z;
  }

  /// A product of which `A` is `y`, and its result the transposed one, if `isSwapped`.
  record Form(MatrixProduct product, boolean isSwapped) {}

  /// `z = op(x, y)`.
  ///
  /// @param same whether `x` and `y` are one value
  static Optional<Form> of(Contract op, View x, View y, View z, boolean same) {
    MatrixForm form = new MatrixForm(op, x, y, z);
    if (!form.collect()) {
      return Optional.empty();
    }
    return form.product(same, false).or(() -> form.product(same, true));
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
    List<Integer> freeX = free(x.rank(), op.lhsBatch(), op.lhsContract());
    List<Integer> freeY = free(y.rank(), op.rhsBatch(), op.rhsContract());
    int batches = op.lhsBatch().size();
    List<Integer> none = List.of();
    boolean aligned =
        align(op.lhsBatch(), op.rhsBatch(), range(0, batches), batch)
            && align(freeX, none, range(batches, freeX.size()), rows)
            && align(none, freeY, range(batches + freeX.size(), freeY.size()), columns)
            && align(op.lhsContract(), op.rhsContract(), none, inner);
    List.of(batch, rows, columns).forEach(MatrixForm::merge);
    inner.sort(Comparator.comparingLong(Axis::a).thenComparingLong(Axis::b).reversed());
    merge(inner);
    return aligned && inner.size() <= 1;
  }

  private static List<Integer> range(int from, int count) {
    return IntStream.range(from, from + count).boxed().toList();
  }

  private static List<Integer> free(int rank, List<Integer> batch, List<Integer> contracted) {
    return range(0, rank).stream()
        .filter(k -> !batch.contains(k) && !contracted.contains(k))
        .toList();
  }

  /// Common digits of axes that are one in each of the arrays that have it.
  private boolean align(List<Integer> ofX, List<Integer> ofY, List<Integer> ofZ, List<Axis> to) {
    int count = Math.max(ofX.size(), Math.max(ofY.size(), ofZ.size()));
    for (int k = 0; k < count; k++) {
      List<Optional<View>> axes = List.of(axis(x, ofX, k), axis(y, ofY, k), axis(z, ofZ, k));
      Optional<Shape> cut = common(axes);
      if (cut.isEmpty()) {
        return false;
      }
      List<Optional<long[]>> strides = axes.stream().map(v -> strides(v, cut.get())).toList();
      if (strides.contains(Optional.<long[]>empty())) {
        return false;
      }
      for (int i = 0; i < cut.get().rank(); i++) {
        to.add(
            new Axis(
                cut.get().dim(i),
                strides.get(0).orElseThrow()[i],
                strides.get(1).orElseThrow()[i],
                strides.get(2).orElseThrow()[i]));
      }
    }
    return true;
  }

  private static Optional<View> axis(View v, List<Integer> axes, int k) {
    return axes.isEmpty()
        ? Optional.empty()
        : Optional.of(new View(0, v.dtype(), 0, List.of(v.axes().get(axes.get(k)))));
  }

  private static Optional<Shape> common(List<Optional<View>> axes) {
    List<Shape> shapes =
        axes.stream()
            .flatMap(Optional::stream)
            .map(v -> Shape.of(v.axes().getFirst().stream().map(Digit::extent).toList()))
            .toList();
    return Domain.of(shapes).map(domain -> Shape.of(domain.extents()));
  }

  /// The strides of `axis` for these digits, 0 where there is no such axis; none if a digit would
  /// be cut.
  private static Optional<long[]> strides(Optional<View> axis, Shape cut) {
    if (axis.isEmpty()) {
      return Optional.of(new long[cut.rank()]);
    }
    return axis.get()
        .reshape(cut)
        .map(v -> v.axes().stream().mapToLong(d -> d.getFirst().stride()).toArray());
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

  private Optional<Form> product(boolean same, boolean swap) {
    List<Axis> left = swap ? swapped(columns) : rows;
    List<Axis> right = swap ? swapped(rows) : columns;
    List<Axis> both = swap ? swapped(batch) : batch;
    Axis k = inner.isEmpty() ? ONE : swap ? inner.getFirst().swapped() : inner.getFirst();
    Optional<Axis> j =
        right.stream()
            .filter(axis -> axis.c == 1 && isMatrix(axis.extent, axis.b, k.extent, k.b))
            .findFirst();
    Optional<Axis> i =
        left.stream()
            .filter(axis -> isMatrix(axis.extent, axis.a, k.extent, k.a))
            .max(Comparator.comparingLong(Axis::extent));
    // Without rows or columns, they are one: then all of the other are elsewhere.
    boolean noColumn = j.isEmpty() && !(right.isEmpty() && left.isEmpty());
    if (noColumn || (i.isEmpty() && !left.isEmpty())) {
      return Optional.empty();
    }
    List<Axis> outer = new ArrayList<>(both);
    left.stream().filter(axis -> axis != i.get()).forEach(outer::add);
    right.stream().filter(axis -> axis != j.get()).forEach(outer::add);
    Axis column = j.orElse(ONE);
    boolean symmetric =
        same
            && left.size() == 1
            && right.size() == 1
            && left.getFirst().a == column.b
            && k.a == k.b
            && batch.stream().allMatch(axis -> axis.a == axis.b);
    View a = swap ? y : x;
    View b = swap ? x : y;
    return Optional.of(new Form(product(outer, i.orElse(ONE), column, k, a, b, symmetric), swap));
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
        new Factor(z.offset(), outer.stream().map(Axis::c).toList(), i.c, 1),
        1,
        symmetric);
  }
}
