package org.ntk4j.ir.trace;

import java.util.List;
import java.util.function.Function;
import org.ntk4j.core.DType;
import org.ntk4j.core.Shape;
import org.ntk4j.ir.Primitive;
import org.ntk4j.ir.op.ArgExtremum;
import org.ntk4j.ir.op.CumExtremum;
import org.ntk4j.ir.op.CumProd;
import org.ntk4j.ir.op.CumSum;
import org.ntk4j.ir.op.Extremum;
import org.ntk4j.ir.op.ReduceExtremum;
import org.ntk4j.ir.op.ReduceProd;
import org.ntk4j.ir.op.ReduceSum;

/// Reductions and running reductions of a [Value].
///
/// `axes` may be negative; none named means all of them. The axes disappear, or stay with size 1 in
/// the methods that end in `KeepDims`.
public sealed interface Reductions permits Value {

  private Value self() {
    return (Value) this;
  }

  private Value reduce(String what, int[] axes, Function<List<Integer>, Primitive> op) {
    List<Integer> counted = Axes.orAll(what, axes, self().rank());
    return counted.isEmpty() ? self() : Value.emit(op.apply(counted), self());
  }

  private Value keep(String what, Value reduced, int[] axes) {
    Shape shape = self().shape();
    for (int axis : Axes.orAll(what, axes, shape.rank())) {
      shape = shape.with(axis, 1);
    }
    return reduced.reshape(shape);
  }

  private long count(String what, int[] axes) {
    return Axes.orAll(what, axes, self().rank()).stream()
        .mapToLong(axis -> self().dim(axis))
        .reduce(1, Math::multiplyExact);
  }

  private Value requireFloating(String what) {
    if (!self().dtype().isFloating()) {
      throw new IllegalArgumentException(
          what + ": needs a floating-point dtype, not " + self().dtype());
    }
    return self();
  }

  /// Mean over `axes`.
  default Value mean(int... axes) {
    return requireFloating("mean").sum(axes).mul(1.0 / count("mean", axes));
  }

  /// `mean((x - mean(x))²)` over `axes`.
  default Value variance(int... axes) {
    Value x = requireFloating("variance");
    return x.sub(x.meanKeepDims(axes)).square().mean(axes);
  }

  /// Sum over `axes`.
  default Value sum(int... axes) {
    return reduce("sum", axes, ReduceSum::new);
  }

  /// Product over `axes`.
  default Value prod(int... axes) {
    return reduce("prod", axes, ReduceProd::new);
  }

  /// Largest element; ties share the derivative evenly; NaN wins; over `axes`.
  default Value max(int... axes) {
    return reduce("max", axes, a -> new ReduceExtremum(Extremum.MAX, a));
  }

  /// Smallest element; ties share the derivative evenly; NaN wins; over `axes`.
  default Value min(int... axes) {
    return reduce("min", axes, a -> new ReduceExtremum(Extremum.MIN, a));
  }

  /// [#sum] with the axes kept.
  default Value sumKeepDims(int... axes) {
    return keep("sum", self().sum(axes), axes);
  }

  /// [#prod] with the axes kept.
  default Value prodKeepDims(int... axes) {
    return keep("prod", self().prod(axes), axes);
  }

  /// [#max] with the axes kept.
  default Value maxKeepDims(int... axes) {
    return keep("max", self().max(axes), axes);
  }

  /// [#min] with the axes kept.
  default Value minKeepDims(int... axes) {
    return keep("min", self().min(axes), axes);
  }

  /// [#mean] with the axes kept.
  default Value meanKeepDims(int... axes) {
    return keep("mean", self().mean(axes), axes);
  }

  /// [#variance] with the axes kept.
  default Value varianceKeepDims(int... axes) {
    return keep("variance", self().variance(axes), axes);
  }

  /// Index of the first largest element along `axis`, `i32`; NaN wins.
  default Value argmax(int axis) {
    int counted = Axes.of("argmax", axis, self().rank());
    return Value.emit(new ArgExtremum(Extremum.MAX, counted, DType.I32), self());
  }

  /// Index of the first smallest element along `axis`, `i32`; NaN wins.
  default Value argmin(int axis) {
    int counted = Axes.of("argmin", axis, self().rank());
    return Value.emit(new ArgExtremum(Extremum.MIN, counted, DType.I32), self());
  }

  /// Running sum along `axis`, inclusive.
  default Value cumsum(int axis) {
    return cumsum(axis, false);
  }

  /// Running sum along `axis`, inclusive; from the end if `reverse`.
  default Value cumsum(int axis, boolean reverse) {
    int counted = Axes.of("cumsum", axis, self().rank());
    return Value.emit(new CumSum(counted, reverse), self());
  }

  /// Running product along `axis`, inclusive.
  default Value cumprod(int axis) {
    return cumprod(axis, false);
  }

  /// Running product along `axis`, inclusive; from the end if `reverse`.
  default Value cumprod(int axis, boolean reverse) {
    int counted = Axes.of("cumprod", axis, self().rank());
    return Value.emit(new CumProd(counted, reverse), self());
  }

  /// Running maximum along `axis`, inclusive.
  default Value cummax(int axis) {
    return cummax(axis, false);
  }

  /// Running maximum along `axis`, inclusive; from the end if `reverse`.
  default Value cummax(int axis, boolean reverse) {
    int counted = Axes.of("cummax", axis, self().rank());
    return Value.emit(new CumExtremum(Extremum.MAX, counted, reverse), self());
  }

  /// Running minimum along `axis`, inclusive.
  default Value cummin(int axis) {
    return cummin(axis, false);
  }

  /// Running minimum along `axis`, inclusive; from the end if `reverse`.
  default Value cummin(int axis, boolean reverse) {
    int counted = Axes.of("cummin", axis, self().rank());
    return Value.emit(new CumExtremum(Extremum.MIN, counted, reverse), self());
  }
}
